import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { Lease } from "../../onboarding/workflows";
import { changeTenant, lockOperation, lockTenant } from "../../onboarding/registry";
import type { Operation } from "../../onboarding/registry";
import { begin, beginStep, endStep, fail, finish } from "../../onboarding/workflows/transitions";
import { type Holder, SupersededError, Turn } from "../../onboarding/workflows/turn";
import { ORIGIN, RegistryWorld } from "./registry-world";

describe("a worker's turn at an operation, on a real registry", () => {
  const world = new RegistryWorld();

  before(() => world.begin());
  beforeEach(() => world.fresh());
  after(() => world.end());

  const statusOf = async ({ id }: Operation) => (await world.registry.operations.find(id))?.status;
  const tenant = async () => (await world.registry.tenants.find("acme")) ?? expect.fail("no tenant");

  async function active(): Promise<void> {
    const operation = await world.onboard("acme");
    await world.begins(operation);
    await world.finishes(operation);
  }

  describe("where the operation cannot begin as the tenant stands when its turn comes", () => {
    /** A purge that was queued behind an offboarding, which retains the tenant for a month. */
    async function purgeOfRetained(): Promise<Operation> {
      await active();
      const start = (kind: "offboard" | "purge") =>
        world.registry.transaction((tx) =>
          world.requests.start(tx, "acme", kind, {}, ORIGIN, { whenBusy: "queue" }),
        );
      const { operation: offboarding } = await start("offboard");
      const { operation: purge } = await start("purge");
      await world.begins(offboarding);
      const retainedUntil = new Date(Date.now() + 30 * 24 * 3_600_000);
      await world
        .turn(offboarding.id)
        .commit((tx) => changeTenant(tx, "acme", { presence: "retained", retainedUntil }));
      await world.finishes(offboarding);
      return purge;
    }

    it("fails it for good, though the worker is killed before it has noted that", async () => {
      const purge = await purgeOfRetained();
      expect(await world.begins(purge)).to.equal(undefined);
      expect(await world.begins(purge), "the rerun").to.equal(undefined);
      const { status, problem } = (await world.registry.operations.find(purge.id)) ?? {};
      expect([status, problem?.type]).to.deep.equal(["failed", "wrong-phase"]);
      expect((await tenant()).phase).to.equal("retained");
    });

    it("leaves a quarantined tenant as it is", async () => {
      await active();
      const { operation } = await world.registry.transaction((tx) =>
        world.requests.start(tx, "acme", "rotate", {}, ORIGIN, { whenBusy: "refuse" }),
      );
      const { operation: restore } = await world.registry.transaction((tx) =>
        world.requests.start(tx, "acme", "restore", { restore: { snapshot: "s" } }, ORIGIN, {
          whenBusy: "queue",
        }),
      );
      await world.begins(operation);
      await world.turn(operation.id).commit((tx) => changeTenant(tx, "acme", { quarantine: "it was open" }));
      await world.finishes(operation);
      for (let run = 0; run < 2; run += 1) expect(await world.begins(restore)).to.equal(undefined);
      expect(await statusOf(restore)).to.equal("failed");
      expect((await tenant()).phase).to.equal("active");
    });

    it("lets the next one go", async () => {
      const purge = await purgeOfRetained();
      const { operation: restore } = await world.registry.transaction((tx) =>
        world.requests.start(tx, "acme", "restore", {}, ORIGIN, { whenBusy: "queue" }),
      );
      await world.begins(purge);
      expect(world.queue.at(-1)?.operation.id).to.equal(restore.id);
    });
  });

  describe("that another worker has taken over", () => {
    /** An operation that one worker has begun, and another has gone on with. */
    async function takenOver() {
      const operation = await world.onboard("acme");
      const [first, second] = [world.turn(operation.id, "first"), world.turn(operation.id, "second")];
      await first.settle((tx, locked) => begin(tx, locked, world.enqueue));
      await first.commit((tx, locked) => beginStep(tx, locked, "provision"));
      await second.commit((tx, locked) => beginStep(tx, locked, "provision"));
      return { operation, first, second };
    }

    const problem = { type: "internal", detail: "it broke" } as const;
    const WRITES: readonly (readonly [string, (turn: Turn) => Promise<unknown>])[] = [
      ["beginning of a step", (turn) => turn.commit((tx, locked) => beginStep(tx, locked, "verify"))],
      ["end of a step", (turn) => turn.commit((tx, locked) => endStep(tx, locked, "provision"))],
      ["change of the tenant", (turn) => turn.commit((tx) => changeTenant(tx, "acme", { facts: {} }))],
      ["progress", (turn) => turn.note([{ kind: "message", data: {} }])],
      ["good end", (turn) => turn.settle((tx, locked) => finish(tx, locked, {}, world.enqueue))],
      [
        "failure",
        (turn) => turn.settle((tx, locked) => fail(tx, locked, { problem, untouched: false }, world.enqueue)),
      ],
    ];

    for (const [what, write] of WRITES) {
      it(`lets no ${what} of the first one land`, async () => {
        const { operation, first } = await takenOver();
        const before = await everything(operation);
        expect(await failureOf(write(first))).to.be.instanceOf(SupersededError);
        expect(await everything(operation)).to.deep.equal(before);
      });

      it(`lets the ${what} of the second land`, async () => {
        const { operation, second } = await takenOver();
        const before = await everything(operation);
        await write(second);
        expect(await everything(operation)).not.to.deep.equal(before);
      });
    }

    it("is not taken back by the first, though that begins it anew", async () => {
      const leases = await Promise.all([lease(), lease()]);
      try {
        const [zombie, successor] = leases;
        const operation = await world.onboard("acme");
        const beginBy = (holder: Holder) =>
          new Turn(world.registry, operation.id, holder).settle((tx, locked) =>
            begin(tx, locked, world.enqueue),
          );
        await beginBy(zombie);
        expect(await failureOf(beginBy(successor)), "while the first lives")
          .to.have.property("message")
          .that.matches(/is still of/);
        await zombie.release();
        expect(await beginBy(successor)).to.equal("onboard");
        const { executor } = (await world.registry.operations.find(operation.id)) ?? {};
        expect(executor).to.equal(successor.worker);
        const late = { worker: zombie.worker, isGone: (worker: string) => successor.isGone(worker) };
        expect(await failureOf(beginBy(late)))
          .to.have.property("message")
          .that.matches(/is still of/);
      } finally {
        await Promise.all(leases.map((each) => each.release().catch(() => undefined)));
      }
    });

    it("counts how often that happened in the same step", async () => {
      const { operation } = await takenOver();
      const count = async () => (await world.registry.operations.find(operation.id))?.takeovers;
      expect(await count()).to.equal(1);
      for (const worker of ["third", "fourth"])
        await world.turn(operation.id, worker).commit((tx, locked) => beginStep(tx, locked, "provision"));
      expect(await count()).to.equal(3);
      await world.turn(operation.id, "fourth").commit((tx, locked) => endStep(tx, locked, "provision"));
      expect(await count()).to.equal(0);
    });
  });

  it("lets nothing land once the operation has ended", async () => {
    const operation = await world.onboard("acme");
    await world.begins(operation);
    await world.finishes(operation);
    const late = world.turn(operation.id).commit((tx) => changeTenant(tx, "acme", { facts: {} }));
    expect(await failureOf(late)).to.be.instanceOf(SupersededError);
  });

  it("waits for who has the tenant, and has nothing then that this one waits for", async () => {
    const operation = await world.onboard("acme");
    await world.begins(operation);
    const turn = world.turn(operation.id);
    let end: Promise<void> | undefined;
    await world.registry.transaction(async (tx) => {
      await lockTenant(tx, "acme");
      end = turn.commit((its, locked) => endStep(its, locked, "provision"));
      await sleep(300);
      await lockOperation(tx, operation.id);
    });
    await end;
  });

  function lease(): Promise<Lease> {
    return Lease.take(world.url, () => undefined);
  }

  /** All that the registry knows of an operation and its tenant. */
  async function everything({ id }: Operation) {
    const { operations, events } = world.registry;
    return [
      await operations.find(id),
      await tenant(),
      await operations.progress(id, 0, 100),
      (await events.list({ tenantId: "acme", limit: 100 })).items,
    ];
  }
});

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}
