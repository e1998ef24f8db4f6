import { expect } from "chai";
import { type Operation, type Origin, changeTenant } from "../../onboarding/registry";
import { patchedSpec } from "../../onboarding/requests";
import type { TenantSpec } from "../../tenants/spec";
import { failureOf, problemOf } from "./refusal";
import { ORIGIN, RegistryWorld, specOf } from "./registry-world";

/** Somebody else who asks. */
const BOB = { ...ORIGIN, actor: { ...ORIGIN.actor, subject: "bob" } };

describe("the turns of operations, on a real registry", () => {
  const world = new RegistryWorld();

  before(() => world.begin());
  beforeEach(() => world.fresh());
  after(() => world.end());

  const start = world.start.bind(world);
  const carryOut = world.carriesOut.bind(world);
  const put = (change: Parameters<typeof changeTenant>[2]) =>
    world.registry.transaction((tx) => changeTenant(tx, "acme", change));
  const activeTenant = async () => carryOut(await world.onboard("acme"));
  const onboardAs = (origin: Origin, id: string) =>
    world.registry.transaction((tx) => world.requests.onboard(tx, specOf(id), origin));
  const inOrder = () =>
    [...world.queue].sort((a, b) => a.priority - b.priority).map(({ operation }) => operation.tenantId);
  const statuses = async (...operations: Operation[]) => {
    const found = await Promise.all(operations.map(({ id }) => world.registry.operations.find(id)));
    return found.map((operation) => operation?.status);
  };

  it("lets what is urgent overtake, and who asks for much wait for others", async () => {
    for (const id of ["aaa-1", "aaa-2", "aaa-3"]) await world.onboard(id);
    await onboardAs(BOB, "bbb-1");
    expect(inOrder()).to.deep.equal(["aaa-1", "bbb-1", "aaa-2", "aaa-3"]);
    const [onboarding] = world.queue;
    if (onboarding !== undefined) await carryOut(onboarding.operation);
    await world.registry.transaction((tx) =>
      world.requests.start(tx, "aaa-1", "suspend", {}, ORIGIN, { whenBusy: "refuse" }),
    );
    expect(Math.min(...world.queue.map(({ priority }) => priority))).to.equal(world.queue.at(-1)?.priority);
  });

  it("knows two issuers' tokens of one subject apart", async () => {
    for (const id of ["aaa-1", "aaa-2"]) await world.onboard(id);
    const other = { ...ORIGIN, actor: { ...ORIGIN.actor, issuer: "https://other.example" } };
    await onboardAs(other, "bbb-1");
    expect(inOrder()).to.deep.equal(["aaa-1", "bbb-1", "aaa-2"]);
  });

  it("keeps a place in the queue for nothing that waits behind its own tenant's", async () => {
    await activeTenant();
    for (let count = 0; count < 5; count += 1) await start("rotate", {}, { whenBusy: "queue" });
    world.queue.length = 0;
    await world.onboard("bbb-1");
    await onboardAs(BOB, "ccc-1");
    const [own = NaN, bobs = NaN] = world.queue.map(({ priority }) => priority);
    expect(own - bobs).to.be.within(50, 60);
  });

  describe("a suspension", () => {
    const queued = { whenBusy: "queue" } as const;

    it("goes before what waits for the operation at work", async () => {
      await activeTenant();
      const { operation: first } = await start("rotate");
      const { operation: second } = await start("rotate", {}, queued);
      await world.begins(first);
      const { operation: suspension } = await start("suspend", {}, queued);
      expect(suspension.status).to.equal("waiting");
      await world.finishes(first);
      expect(await statuses(suspension, second)).to.deep.equal(["queued", "waiting"]);
    });

    it("goes before what no worker has yet, which goes on behind it from its old place", async () => {
      await activeTenant();
      const { operation: rotation } = await start("rotate");
      const place = world.queue.at(-1)?.priority;
      const { operation: suspension } = await start("suspend", {}, queued);
      expect(await statuses(suspension, rotation)).to.deep.equal(["queued", "waiting"]);
      expect(world.queue.map(({ operation }) => operation.id)).to.not.include(rotation.id);
      await carryOut(suspension);
      const { operation, priority } = world.queue.at(-1) ?? {};
      expect([operation?.id, priority]).to.deep.equal([rotation.id, place]);
    });

    it("waits behind what a worker has just taken", async () => {
      await activeTenant();
      const { operation: rotation } = await start("rotate");
      world.queue.length = 0;
      const { operation: suspension } = await start("suspend", {}, queued);
      expect(await statuses(suspension, rotation)).to.deep.equal(["waiting", "queued"]);
    });

    it("waits for an onboarding, before which there is nothing to suspend", async () => {
      const onboarding = await world.onboard("acme");
      const { operation: suspension } = await start("suspend", {}, queued);
      expect(await statuses(suspension, onboarding)).to.deep.equal(["waiting", "queued"]);
    });

    it("gets in, once, where its requester has as many operations open as may be", async () => {
      await activeTenant();
      for (let count = 0; count < 10; count += 1) await start("rotate", {}, queued);
      expect((await start("suspend", {}, queued)).operation.status).to.equal("queued");
      expect(problemOf(await failureOf(start("suspend", {}, queued)))?.type).to.equal("tenant-busy");
    });
  });

  it("takes ten open operations of one requester on a tenant, and leaves others room", async () => {
    await activeTenant();
    const ends = await Promise.allSettled(
      Array.from({ length: 15 }, () => start("rotate", {}, { whenBusy: "queue" })),
    );
    expect(ends.filter(({ status }) => status === "fulfilled")).to.have.length(10);
    const problem = problemOf(await failureOf(start("rotate", {}, { whenBusy: "queue" })));
    expect(problem).to.deep.include({
      type: "tenant-busy",
      detail: "10 operations of yours are open on tenant 'acme': expected fewer than 10 before one more",
    });
    const { operation } = await start("offboard", {}, { whenBusy: "queue" }, BOB);
    expect(operation.status).to.equal("waiting");
  });

  it("takes ten open plans of one requester, also of many that come at once, and leaves others room", async () => {
    await activeTenant();
    const plan = () => start("plan", { planned: "repair" });
    const ends = await Promise.allSettled(Array.from({ length: 25 }, plan));
    expect(ends.filter(({ status }) => status === "fulfilled")).to.have.length(10);
    const problem = problemOf(await failureOf(plan()));
    expect(problem).to.deep.include({
      type: "too-many-requests",
      detail: "10 dry runs of yours are open: expected fewer than 10 before one more",
    });
    const { operation } = await start("plan", { planned: "repair" }, { whenBusy: "refuse" }, BOB);
    const [{ operation: first } = { operation }] = world.queue.filter(
      ({ operation: { kind } }) => kind === "plan",
    );
    await carryOut(first);
    expect((await plan()).operation.status).to.equal("queued");
  });

  it("lets plans make no suspension wait", async () => {
    await activeTenant();
    for (let count = 0; count < 10; count += 1) await start("plan", { planned: "repair" });
    await start("suspend");
    const [first] = [...world.queue].sort((a, b) => a.priority - b.priority);
    expect(first?.operation.kind).to.equal("suspend");
  });

  describe("an update behind another", () => {
    const queued = { whenBusy: "queue" } as const;
    const GROWN = specOf("acme", { size: "medium" });
    const found = ({ id }: Operation) => world.registry.operations.find(id);

    /** Two updates that were decided on the same spec, of which the first is carried out. */
    async function second(patch: Record<string, unknown>, basedOn?: TenantSpec): Promise<Operation> {
      await activeTenant();
      const { operation: first } = await start("update", { spec: GROWN, patch: { size: "medium" } });
      const spec = patchedSpec({ id: "acme", spec: specOf("acme") }, patch);
      const { operation } = await start("update", { spec, patch, basedOn }, queued);
      await world.begins(first);
      await put({ spec: GROWN });
      await world.finishes(first);
      return operation;
    }

    it("changes what it names, and leaves the rest as the other made it", async () => {
      const operation = await second({ name: "Initech Ltd" });
      expect(await world.begins(operation)).to.equal("update");
      expect((await found(operation))?.input.spec).to.deep.equal({ ...GROWN, name: "Initech Ltd" });
    });

    it("fails where it was to change no other spec than that which was read", async () => {
      const operation = await second({ name: "Initech Ltd" }, specOf("acme"));
      expect(await world.begins(operation)).to.equal(undefined);
      const { status, problem } = (await found(operation)) ?? {};
      expect([status, problem?.type]).to.deep.equal(["failed", "precondition-failed"]);
      const { phase, spec } = (await world.registry.tenants.find("acme")) ?? {};
      expect([phase, spec?.size]).to.deep.equal(["active", "medium"]);
    });

    it("is carried out where the other has not changed the spec", async () => {
      await activeTenant();
      const { operation: first } = await start("rotate");
      const basedOn = (await world.registry.tenants.find("acme"))?.spec;
      const { operation } = await start(
        "update",
        { spec: GROWN, patch: { size: "medium" }, basedOn },
        queued,
      );
      await carryOut(first);
      expect(await world.begins(operation)).to.equal("update");
      expect((await found(operation))?.input.spec).to.deep.equal(GROWN);
    });

    it("fails where it makes no good spec of what the other has made", async () => {
      await activeTenant();
      const { operation: first } = await start("rotate");
      const { operation } = await start("update", { spec: GROWN, patch: { size: "huge" } }, queued);
      await carryOut(first);
      await world.begins(operation);
      expect((await found(operation))?.problem).to.deep.include({ type: "invalid-spec" });
    });
  });
});
