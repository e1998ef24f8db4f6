import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { withClient } from "../../local/postgres/database";
import type { Problem } from "../../onboarding/lifecycle";
import { type Operation, changeTenant } from "../../onboarding/registry";
import { DEFAULT_LIMITS } from "../../onboarding/workflows";
import type { Job, Step } from "../../onboarding/workflows/job";
import { Run } from "../../onboarding/workflows/run";
import { type StepEnd, runStep } from "../../onboarding/workflows/run-step";
import { bringUp, stateOf } from "../../onboarding/workflows/stack";
import { beginStep } from "../../onboarding/workflows/transitions";
import { SupersededError } from "../../onboarding/workflows/turn";
import { UnderWay } from "../../onboarding/workflows/under-way";
import { CancelledError, StackLockedError } from "../../tenants/engine";
import { StepWorld } from "./step-world";

const STACK = { project: "tenants", stack: "acme" };
const TIMES = { grace: 100, death: 300, lockPause: 20, longestPause: 20 };
const FACTS = { namespace: "tenant-acme" };

describe("a step of an operation, on a real registry", function () {
  this.timeout(60_000);
  const world = new StepWorld();
  let operation: Operation;

  before(() => world.begin());
  beforeEach(async () => {
    await world.fresh();
    await world.onboarded("acme");
    operation = await world.begun("acme", "repair");
  });
  after(() => world.end());

  async function runOf(stepTimeoutMs = 60_000, worker = "worker-1"): Promise<Run> {
    world.change = { limits: { ...DEFAULT_LIMITS, stepTimeoutMs } };
    const holder = { worker, isGone: () => Promise.resolve(true) };
    const { signal } = new AbortController();
    return new Run(
      { shop: await world.shop(), holder, ending: signal, underWay: new UnderWay() },
      operation.id,
    );
  }

  const step = (run: Step["run"]): Step => ({ name: "repair", run });
  const ends = async (run: Step["run"], stepTimeoutMs?: number): Promise<StepEnd> =>
    runStep(await runOf(stepTimeoutMs), step(run), {}, TIMES);
  const problemOf = (end: StepEnd): Problem =>
    "problem" in end ? end.problem : expect.fail("it has no problem");
  const factsOf = async () => (await world.registry.tenants.find("acme"))?.facts;

  describe("whose registry goes away", () => {
    /** Has the server end every connection to the registry and refuse new ones, for a while. */
    async function away(milliseconds: number): Promise<() => Promise<void>> {
      const name = new URL(world.url).pathname.slice(1);
      const administer = (sql: string) =>
        withClient(world.cloud.postgres, "postgres", (client) => client.query(sql));
      await administer(`alter database ${name} allow_connections false`);
      await administer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
      const back = sleep(milliseconds).then(() =>
        administer(`alter database ${name} allow_connections true`),
      );
      return async () => void (await back);
    }

    it("ends well, once it is back", async () => {
      let runs = 0;
      let back: (() => Promise<void>) | undefined;
      const end = await ends(async () => {
        runs += 1;
        back = await away(1000);
        return { made: 1 };
      });
      await back?.();
      expect(end).to.deep.equal({ result: { made: 1 } });
      expect(runs, "runs of the engine").to.equal(1);
      const progress = await world.registry.operations.progress(operation.id, 0, 100);
      expect(progress.at(-1)?.data).to.deep.equal({ step: "repair", outcome: "done" });
    });

    it("writes what it has to, once it is back", async () => {
      const end = await ends(async (job) => {
        const back = await away(1000);
        await job.commit((tx) => changeTenant(tx, "acme", { facts: FACTS }));
        await back();
        return {};
      });
      expect(end).to.deep.equal({ result: {} });
      expect(await factsOf()).to.deep.equal(FACTS);
    });

    it("does not begin before it is back", async () => {
      const back = await away(1000);
      expect(await ends(() => Promise.resolve({ made: 1 }))).to.deep.equal({ result: { made: 1 } });
      await back();
    });
  });

  it("of a worker whose operation another has taken over writes nothing, and leaves it to that one", async () => {
    const takenOver = async (job: Job) => {
      await world.turn(operation.id, "worker-2").commit((tx, locked) => beginStep(tx, locked, "repair"));
      await job.commit((tx) => changeTenant(tx, "acme", { facts: FACTS }));
      return {};
    };
    const failure = await ends(takenOver).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(SupersededError);
    expect(await factsOf()).to.deep.equal({});
    const now = await world.registry.operations.find(operation.id);
    expect([now?.status, now?.executor]).to.deep.equal(["running", "worker-2"]);
  });

  describe("whose stack is locked", () => {
    it("goes on once it no longer is", async () => {
      let looks = 0;
      const end = await ends(() => {
        looks += 1;
        return looks < 10
          ? Promise.reject(new StackLockedError(STACK, undefined))
          : Promise.resolve({ looks });
      });
      expect(end).to.deep.equal({ result: { looks: 10 } });
      const lines = await world.registry.operations.progress(operation.id, 0, 100);
      expect(lines.filter(({ kind }) => kind === "message").map(({ data }) => data)).to.deep.equal([
        { message: "waiting for another run on the stack to end" },
      ]);
    });

    it("tells of the lock, for good, once it has waited as long as it may", async () => {
      const end = await ends(() => Promise.reject(new StackLockedError(STACK, undefined)), 400);
      expect(problemOf(end).type).to.equal("stack-locked");
    });
  });

  describe("that takes too long", () => {
    /** Ends as soon as a signal fires. */
    const until = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new CancelledError(STACK, false)));
      });

    it("is asked to end, and not killed", async () => {
      let killed: AbortSignal | undefined;
      const end = await ends(({ signal, killSignal }) => {
        killed = killSignal;
        return until(signal);
      }, 200);
      expect(problemOf(end)).to.include({ type: "timed-out" });
      expect(killed?.aborted).to.equal(false);
    });

    it("is killed where it does not", async () => {
      let killed = false;
      const end = await ends(({ killSignal }) => until(killSignal).finally(() => (killed = true)), 200);
      expect(problemOf(end)).to.include({ type: "timed-out" });
      expect(killed).to.equal(true);
    });

    it("is left to itself where that does not end it either, and writes nothing afterwards", async () => {
      let late: Promise<unknown> | undefined;
      const end = await ends(async (job) => {
        await sleep(1200);
        late = job
          .commit((tx) => changeTenant(tx, "acme", { facts: FACTS }))
          .catch((error: unknown) => error);
        await late;
        return {};
      }, 200);
      await world.fails(operation, problemOf(end));
      while (late === undefined) await sleep(50);
      expect(await late).to.be.instanceOf(SupersededError);
      expect(await factsOf()).to.deep.equal({});
    });
  });

  it("hands its kill signal to the engine", async () => {
    const kills: boolean[] = [];
    world.engine.onUp = async ({ killSignal }) => {
      await new Promise((resolve) => killSignal?.addEventListener("abort", resolve));
      kills.push(true);
      throw new CancelledError(STACK, true);
    };
    const end = await ends(async (job) => {
      await bringUp(job, { spec: job.tenant.spec, state: stateOf(job.tenant) });
      return {};
    }, 200);
    expect(problemOf(end).type).to.equal("timed-out");
    expect(kills).to.deep.equal([true]);
  });

  it("that ends every worker fails after a while", async () => {
    const ended: string[] = [];
    for (let at = 1; ended.length === 0 && at < 40; at += 1) {
      const run = await runOf(undefined, `worker-${at + 1}`);
      // What a worker leaves that ends in the middle of the step.
      if (at <= 20) await run.commit((tx, locked) => beginStep(tx, locked, "repair"));
      else
        ended.push(
          problemOf(
            await runStep(
              run,
              step(() => Promise.resolve({})),
              {},
            ),
          ).detail,
        );
    }
    expect(ended).to.deep.equal([
      "step 'repair' was taken over 21 times in a row: every worker that was at it has ended",
    ]);
  });
});
