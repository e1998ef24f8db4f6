import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Problem } from "../lifecycle";
import type { StepResult } from "./job";
import { Run, type Surroundings } from "./run";
import { runStep } from "./run-step";
import { stepsOf } from "./steps";
import { begin, fail, finish } from "./transitions";

/** Steps that look and decide; where the first of an operation's fails, nothing was changed. */
const LOOKING = new Set(["place", "judge", "source", "plan", "refresh", "inventory"]);

/**
 * Carries out one operation. Every step is kept once it is done: a workflow that is taken up again, here or by another
 * worker, goes on with the first that is not.
 */
export function operateWith(surroundings: Surroundings) {
  const { shop, underWay } = surroundings;
  const { enqueue, limits } = shop;
  return async function operate(id: string): Promise<string> {
    const run = new Run(surroundings, id);
    return underWay.during(id, carryOut);

    async function carryOut(): Promise<string> {
      const kind = await DBOS.runStep(
        () => run.part(() => run.settle((tx, locked) => begin(tx, locked, enqueue))),
        { name: "begin" },
      );
      if (kind === undefined || kind === null) return "nothing to do";
      const results: Record<string, StepResult> = {};
      let changed = false;
      for (const step of stepsOf(kind)) {
        const end = await DBOS.runStep(() => run.part(() => runStep(run, step, results)), {
          name: step.name,
          retriesAllowed: true,
          maxAttempts: limits.attempts,
          intervalSeconds: limits.retrySeconds,
          backoffRate: 2,
        });
        if ("problem" in end) return giveUp(end.problem, !changed && LOOKING.has(step.name));
        results[step.name] = end.result;
        changed ||= !LOOKING.has(step.name);
      }
      await DBOS.runStep(
        () => run.part(() => run.settle((tx, locked) => finish(tx, locked, results, enqueue))),
        { name: "finish" },
      );
      return "succeeded";
    }

    async function giveUp(problem: Problem, untouched: boolean): Promise<string> {
      await DBOS.runStep(
        () => run.part(() => run.settle((tx, locked) => fail(tx, locked, { problem, untouched }, enqueue))),
        { name: "fail" },
      );
      return "failed";
    }
  };
}
