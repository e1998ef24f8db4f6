import { expect } from "chai";
import { changeTenant } from "../../onboarding/registry";
import { Requests } from "../../onboarding/requests";
import { failureOf, problemOf } from "./refusal";
import { ORIGIN, RegistryWorld, specOf } from "./registry-world";

describe("requests, on a real registry", () => {
  const world = new RegistryWorld();

  before(() => world.begin());
  beforeEach(() => world.fresh());
  after(() => world.end());

  const start = world.start.bind(world);
  const carryOut = world.carriesOut.bind(world);
  const put = (change: Parameters<typeof changeTenant>[2]) =>
    world.registry.transaction((tx) => changeTenant(tx, "acme", change));
  const activeTenant = async () => carryOut(await world.onboard("acme"));

  it("writes operation, events, audit entry and place in the queue together", async () => {
    const operation = await world.onboard("acme");
    const events = await world.registry.events.list({ limit: 10 });
    const audit = await world.registry.audit.list({ limit: 10 });
    expect(events.items.map(({ type, sequence }) => [type, sequence])).to.deep.equal([
      ["operation.requested", 1],
      ["tenant.requested", 2],
    ]);
    expect(audit.items.map(({ action, tenantId }) => [action, tenantId])).to.deep.equal([
      ["tenant.onboard", "acme"],
    ]);
    expect(world.queue.map(({ operation: { id } }) => id)).to.deep.equal([operation.id]);
  });

  it("writes nothing where the queue refuses", async () => {
    const refused = () => Promise.reject(new Error("no queue"));
    const requests = new Requests({ enqueue: refused, withdraw: refused }, world.registry.cells);
    const failure = await failureOf(
      world.registry.transaction((tx) => requests.onboard(tx, specOf("acme"), ORIGIN)),
    );
    expect(failure).to.have.property("message", "no queue");
    expect(await world.registry.tenants.find("acme")).to.equal(undefined);
    expect((await world.registry.audit.list({ limit: 10 })).items).to.deep.equal([]);
  });

  it("takes one of a hundred onboardings of one tenant at once", async () => {
    const ends = await Promise.allSettled(Array.from({ length: 100 }, () => world.onboard("acme")));
    expect(ends.filter(({ status }) => status === "fulfilled")).to.have.length(1);
    for (const end of ends) {
      if (end.status === "rejected") expect(problemOf(end.reason)?.type).to.equal("tenant-id-taken");
    }
    expect((await world.registry.audit.verify()).entries).to.equal(1);
  });

  it("never gives a purged tenant's id to another", async () => {
    await activeTenant();
    await put({ phase: "purged" });
    expect(problemOf(await failureOf(world.onboard("acme")))?.type).to.equal("tenant-id-taken");
  });

  it("refuses a cell that is not there, naming those that are", async () => {
    const spec = specOf("acme", { cell: "us-1" });
    const problem = problemOf(
      await failureOf(world.registry.transaction((tx) => world.requests.onboard(tx, spec, ORIGIN))),
    );
    expect(problem?.fields).to.deep.equal([
      { field: "cell", message: "cell is 'us-1': expected one of eu-1" },
    ]);
  });

  it("refuses a full cell", async () => {
    await world.fresh(1);
    await world.onboard("acme");
    expect(problemOf(await failureOf(world.onboard("globex")))?.type).to.equal("quota-exceeded");
  });

  it("never fills a cell over its capacity, however many come at once", async () => {
    await world.fresh(3);
    const ends = await Promise.allSettled(
      Array.from({ length: 9 }, (_, index) => world.onboard(`acme-${index}`)),
    );
    expect(ends.filter(({ status }) => status === "fulfilled")).to.have.length(3);
    for (const end of ends) {
      if (end.status === "rejected") expect(problemOf(end.reason)?.type).to.equal("quota-exceeded");
    }
  });

  it("takes a tenant for a cell that does not answer just now", async () => {
    const cell = { name: "eu-1", environment: "test", region: "eu-west-1", domain: "eu-1.example.com" };
    await world.registry.cells.record({ ...cell, capacity: 40, ready: false });
    expect((await world.onboard("acme")).status).to.equal("queued");
  });

  it("refuses a second operation, and names the first", async () => {
    await activeTenant();
    const { operation } = await start("suspend");
    const problem = problemOf(await failureOf(start("rotate")));
    expect(problem?.type).to.equal("tenant-busy");
    expect(problem?.extensions).to.deep.equal({ operation: operation.id });
  });

  it("queues a second operation behind the first, and lets it go when that has ended", async () => {
    await activeTenant();
    const { operation: first } = await start("suspend");
    const { operation: second } = await start("resume", {}, { whenBusy: "queue" });
    expect(second.status).to.equal("waiting");
    await world.begins(first);
    await put({ presence: "suspended" });
    expect(world.queue.at(-1)?.operation.id).to.equal(first.id);
    await world.finishes(first);
    expect(world.queue.at(-1)?.operation.id).to.equal(second.id);
    expect(await world.begins(second)).to.equal("resume");
  });

  it("tells a queued operation that its turn came in the wrong phase", async () => {
    await activeTenant();
    const { operation: first } = await start("rotate");
    const { operation: second } = await start("resume", {}, { whenBusy: "queue" });
    await carryOut(first);
    expect(await world.begins(second)).to.equal(undefined);
    const { status, problem } = (await world.registry.operations.find(second.id)) ?? {};
    expect([status, problem?.type]).to.deep.equal(["failed", "wrong-phase"]);
  });

  it("takes back what no worker has, and nothing else", async () => {
    const operation = await world.onboard("acme");
    const cancel = () => world.registry.transaction((tx) => world.requests.cancel(tx, operation.id, ORIGIN));
    expect((await cancel()).status).to.equal("cancelled");
    expect(problemOf(await failureOf(cancel()))?.type).to.equal("not-cancellable");
    expect(await world.begins(operation)).to.equal(undefined);
  });

  it("refuses a change of a tenant that has changed since it was read", async () => {
    await activeTenant();
    const version = (await world.registry.tenants.find("acme"))?.version ?? 0;
    const problem = problemOf(await failureOf(start("suspend", {}, { expectedVersion: version - 1 })));
    expect(problem?.type).to.equal("precondition-failed");
  });

  for (const [field, change] of [
    ["cell", { cell: "us-1" }],
    ["database.engine", { database: { engine: "mysql", size: "small" } }],
  ] as const) {
    it(`refuses to change ${field}`, async () => {
      await activeTenant();
      const problem = problemOf(await failureOf(start("update", { spec: specOf("acme", change) })));
      expect(problem?.type).to.equal("immutable-field");
      expect(problem?.fields?.map((entry) => entry.field)).to.deep.equal([field]);
    });
  }

  it("keeps a retained tenant until its time has come, or force is asked for", async () => {
    await activeTenant();
    await put({ phase: "retained", presence: "retained", retainedUntil: new Date(Date.now() + 60_000) });
    expect(problemOf(await failureOf(start("purge")))?.type).to.equal("wrong-phase");
    expect((await start("purge", { force: true })).operation.status).to.equal("queued");
  });

  it("loses no data of a failed tenant without force", async () => {
    await activeTenant();
    await put({ phase: "failed" });
    expect(problemOf(await failureOf(start("purge")))?.next).to.contain("offboard");
  });

  describe("a tenant whose offboarding has failed half-way", () => {
    beforeEach(async () => {
      await activeTenant();
      await put({
        phase: "failed",
        presence: "retained",
        finalSnapshot: "eu-1-t-acme-final-1a2b3c4d",
        retainedUntil: new Date(Date.now() + 60_000),
      });
    });

    for (const [verb, kind, input] of [
      ["resume", "resume", {}],
      ["update", "update", { spec: specOf("acme") }],
      ["suspend", "suspend", {}],
      ["rotate", "rotate", {}],
      ["retry", "onboard", { spec: specOf("acme") }],
    ] as const) {
      it(`is not served an empty database by ${verb}`, async () => {
        const problem = problemOf(await failureOf(start(kind, input)));
        expect(problem).to.deep.include({
          type: "wrong-phase",
          detail: `tenant 'acme' is failed, its database taken down: ${verb} is not possible`,
        });
        expect(problem?.extensions).to.deep.equal({
          phase: "failed",
          possible: ["restore", "offboard", "purge", "refresh", "repair"],
        });
      });
    }

    for (const kind of ["restore", "offboard", "refresh", "repair"] as const) {
      it(`may be asked to ${kind}`, async () => {
        expect((await start(kind)).operation.status).to.equal("queued");
      });
    }

    it("is judged so, too, when its turn comes behind another operation", async () => {
      const { operation: first } = await start("repair");
      const { operation: second } = await start("resume", {}, { whenBusy: "queue" });
      await world.begins(first);
      await world.fails(first, { type: "resource-failed", detail: "not now" });
      expect(await world.begins(second)).to.equal(undefined);
      const { problem } = (await world.registry.operations.find(second.id)) ?? {};
      expect(problem?.type).to.equal("wrong-phase");
    });

    it("is retained like any other: a purge waits, unless it is forced", async () => {
      expect(problemOf(await failureOf(start("purge")))?.detail).to.contain("is retained until");
      expect((await start("purge", { force: true })).operation.status).to.equal("queued");
    });
  });

  it("lets a purge that has begun to delete go on without force", async () => {
    await activeTenant();
    await put({ phase: "failed", presence: "retained", retainedUntil: new Date() });
    expect((await start("purge")).operation.status).to.equal("queued");
  });

  it("restores a living tenant only from what is named", async () => {
    await activeTenant();
    expect(problemOf(await failureOf(start("restore")))?.fields?.[0]?.field).to.equal("restore");
    const future = new Date(Date.now() + 60_000).toISOString();
    expect(
      problemOf(await failureOf(start("restore", { restore: { time: future } })))?.fields?.[0]?.field,
    ).to.equal("restore.time");
  });
});
