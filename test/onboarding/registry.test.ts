import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { ProblemError } from "../../onboarding/lifecycle";
import { Registry, addEvent, appendAudit } from "../../onboarding/registry";
import { EVENT_CURSORS } from "../../onboarding/registry/events";
import { beginStep, endStep } from "../../onboarding/workflows/transitions";
import { ORIGIN, RegistryWorld } from "./registry-world";

describe("the registry, on a real PostgreSQL", () => {
  const world = new RegistryWorld();

  before(() => world.begin());
  beforeEach(() => world.fresh());
  after(() => world.end());

  it("is opened by several processes at once", async () => {
    const options = { url: world.url, key: randomBytes(32).toString("base64") };
    const opened = await Promise.all([1, 2, 3].map(() => Registry.open(options)));
    await Promise.all(opened.map((registry) => registry.close()));
  });

  it("refuses a key that is none", async () => {
    const opening = Registry.open({ url: world.url, key: "c2hvcnQ=" });
    await opening.then(
      () => expect.fail("it was opened"),
      (error: Error) => expect(error.message).to.contain("expected 32"),
    );
  });

  describe("the audit log", () => {
    const append = (action: string) =>
      world.registry.transaction((tx) =>
        appendAudit(tx, { origin: ORIGIN, action, before: { b: 1, a: [2, { d: null }] }, after: "x" }),
      );

    it("verifies what was appended by many at once", async () => {
      await Promise.all(Array.from({ length: 30 }, (_, index) => append(`test.${index}`)));
      expect(await world.registry.audit.verify()).to.deep.equal({
        entries: 30,
        head: await world.registry.audit.head(),
      });
    });

    for (const [change, statement] of [
      ["an update", "update tenantry.audit set actor = 'nobody'"],
      ["a deletion", "delete from tenantry.audit"],
      ["a truncation", "truncate tenantry.audit"],
    ] as const) {
      it(`refuses ${change}`, async () => {
        await append("test.one");
        await world.registry.pool.query(statement).then(
          () => expect.fail("it was done"),
          (error: Error) => expect(error.message).to.contain("append-only"),
        );
      });
    }

    for (const [tampering, statement] of [
      ["a changed entry", `update tenantry.audit set actor = 'nobody' where sequence = 2`],
      ["a removed entry", "delete from tenantry.audit where sequence = 2"],
      ["a changed detail", `update tenantry.audit set before = '{"a": 3}' where sequence = 2`],
    ] as const) {
      it(`finds ${tampering}`, async () => {
        for (const action of ["test.one", "test.two", "test.three"]) await append(action);
        await world.registry.pool.query("alter table tenantry.audit disable trigger user");
        await world.registry.pool.query(statement);
        expect(await world.registry.audit.verify()).to.include({ entries: 1, broken: 2 });
      });
    }

    describe("has an earlier head", () => {
      const audit = () => world.registry.audit;
      let heads: string[];

      beforeEach(async () => {
        heads = [await audit().head()];
        for (const action of ["test.one", "test.two", "test.three"]) {
          await append(action);
          heads.push(await audit().head());
        }
      });

      const kept = () => Promise.all(heads.map((head) => audit().has(head)));

      it("for as long as nothing was taken away", async () => {
        expect(await kept()).to.deep.equal([true, true, true, true]);
        expect((await audit().verify()).head).to.equal(heads.at(-1));
        expect(await audit().has(`2:${"0".repeat(64)}`)).to.equal(false);
        expect(await audit().has(`0:${"1".repeat(64)}`)).to.equal(false);
      });

      it("and not once the newest entries were, which the chain alone cannot show", async () => {
        await world.registry.pool.query("alter table tenantry.audit disable trigger user");
        await world.registry.pool.query("delete from tenantry.audit where sequence > 1");
        expect(await audit().verify()).to.deep.equal({ entries: 1, head: heads[1] });
        expect(await kept()).to.deep.equal([true, true, false, false]);
      });

      it("and not once entries were written anew, with hashes that fit", async () => {
        await world.registry.pool.query("alter table tenantry.audit disable trigger user");
        await world.registry.pool.query("delete from tenantry.audit where sequence > 1");
        for (const action of ["test.other", "test.three"]) await append(action);
        expect(await audit().verify())
          .to.include({ entries: 3 })
          .and.not.to.have.property("broken");
        expect(await kept()).to.deep.equal([true, true, false, false]);
      });
    });
  });

  describe("idempotency", () => {
    const request = { actor: "ada", key: "key-1", requestHash: "hash-1" };
    const answer = (body: unknown) => () => Promise.resolve({ status: 202, body });

    it("does a thing once for two requests at the same time", async () => {
      let done = 0;
      const work = async () => {
        done += 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { status: 202, body: { done } };
      };
      const answers = await Promise.all([1, 2, 3].map(() => world.registry.once(request, work)));
      expect(done).to.equal(1);
      expect(answers.map(({ body }) => body)).to.deep.equal([{ done: 1 }, { done: 1 }, { done: 1 }]);
      expect(answers.filter(({ replayed }) => replayed)).to.have.length(2);
    });

    it("forgets a request that failed", async () => {
      await world.registry.once(request, () => Promise.reject(new Error("no"))).catch(() => undefined);
      expect((await world.registry.once(request, answer(1))).replayed).to.equal(false);
    });

    it("refuses the key of another request", async () => {
      await world.registry.once(request, answer(1));
      await world.registry.once({ ...request, requestHash: "hash-2" }, answer(2)).then(
        () => expect.fail("it was accepted"),
        (error: unknown) =>
          expect(error instanceof ProblemError && error.problem.type).to.equal("idempotency-key-reused"),
      );
    });

    it("keeps senders apart", async () => {
      await world.registry.once(request, answer(1));
      expect((await world.registry.once({ ...request, actor: "bob" }, answer(2))).body).to.equal(2);
    });
  });

  describe("events", () => {
    it("are written once, however often their step runs", async () => {
      const operation = await world.onboard("acme");
      await world.begins(operation);
      const turn = world.turn(operation.id);
      for (let run = 0; run < 3; run += 1) {
        await turn.commit((tx, locked) => beginStep(tx, locked, "provision"));
        await turn.commit((tx, locked) => endStep(tx, locked, "provision"));
      }
      const { items } = await world.registry.events.list({ tenantId: "acme", limit: 50 });
      expect(items.map(({ type }) => type)).to.deep.equal([
        "operation.requested",
        "tenant.requested",
        "operation.started",
        "operation.step.started",
        "operation.step.finished",
      ]);
      expect(items.map(({ sequence }) => sequence)).to.deep.equal([1, 2, 3, 4, 5]);
    });

    it("of one tenant have no gap where many write at once, and a reader who goes on from a position misses none", async () => {
      await world.onboard("acme");
      const seen: number[] = [];
      let after: string | undefined;
      let writing = true;
      const reading = (async () => {
        while (writing) {
          const page = await world.registry.events.list({ after, limit: 200 });
          seen.push(...page.items.map(({ position }) => position));
          const last = page.items.at(-1);
          if (last !== undefined) after = EVENT_CURSORS.after(String(last.position));
        }
      })();
      await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          world.registry.transaction((tx) =>
            addEvent(tx, { id: `event-${index}`, tenantId: "acme", type: "test" }),
          ),
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      writing = false;
      await reading;
      const { items } = await world.registry.events.list({ tenantId: "acme", limit: 100 });
      expect(items.map(({ sequence }) => sequence)).to.deep.equal(
        Array.from({ length: 62 }, (_, index) => index + 1),
      );
      expect(seen).to.deep.equal(items.map(({ position }) => position));
    });

    it("go to the webhooks that want them", async () => {
      const make = (types: string[], tenantId?: string) =>
        world.registry.transaction(async (tx) => {
          const input = { url: "https://hooks.example.com", types, tenantId };
          return (await world.registry.webhooks.create(tx, input, ORIGIN)).webhook.id;
        });
      const all = await make([]);
      const some = await make(["tenant.requested"]);
      const others = await make([], "globex");
      await world.onboard("acme");
      const typesFor = async (id: string) =>
        (await world.registry.webhooks.deliveries(id, { limit: 10 })).items.map(({ eventType }) => eventType);
      expect(await typesFor(all)).to.deep.equal(["tenant.requested", "operation.requested"]);
      expect(await typesFor(some)).to.deep.equal(["tenant.requested"]);
      expect(await typesFor(others)).to.deep.equal([]);
    });
  });

  it("keeps no webhook's secret in plain", async () => {
    const { secret } = await world.registry.transaction((tx) =>
      world.registry.webhooks.create(tx, { url: "https://hooks.example.com", types: [] }, ORIGIN),
    );
    const { rows } = await world.registry.pool.query<{ text: string }>(
      "select row_to_json(w)::text as text from tenantry.webhooks w union all select row_to_json(a)::text from tenantry.audit a",
    );
    expect(rows).to.have.length(2);
    for (const { text } of rows) expect(text).not.to.contain(secret);
  });
});
