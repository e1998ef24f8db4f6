import { setTimeout as sleep } from "node:timers/promises";
import { DBOS } from "@dbos-inc/dbos-sdk";
import { context, propagation, trace } from "@opentelemetry/api";
import { StackLockedError } from "../../tenants/engine";
import { AGAIN, ExhaustedError, type Verdict, judge } from "../failures";
import { type Problem, ProblemError } from "../lifecycle";
import { type Operation, type Tenant, tenantToBe } from "../registry";
import type { Step, StepResult } from "./job";
import { ProgressWriter } from "./progress";
import type { Run } from "./run";
import { beginStep, endStep } from "./transitions";
import { type Locked, SupersededError } from "./turn";

/** How a step ended, in plain values: an error's class would not survive a restart. */
export type StepEnd = { readonly result: StepResult } | { readonly problem: Problem };

/** Times of a step, milliseconds. */
export interface StepTimes {
  /** How long a step that took too long may take to end in good order: the engine finishes what is under way. */
  readonly grace: number;
  /** How long it may take to end once it was killed. */
  readonly death: number;
  /** Pause before it is looked again whether the stack is still locked; doubled before each further look, up to `longestPause`. */
  readonly lockPause: number;
  readonly longestPause: number;
}

const TIMES = { grace: 120_000, death: 15_000, lockPause: 1_000, longestPause: 30_000 } satisfies StepTimes;

/** How often in a row a step may be taken over from a worker that is gone: it may be what ends them. */
const MOST_TAKEOVERS = 20;

/**
 * Runs a step; throws where it is to be tried again, and only then.
 *
 * @throws SupersededError where another worker has the operation by now
 */
export async function runStep(
  run: Run,
  step: Step,
  results: Readonly<Record<string, StepResult>>,
  times: StepTimes = TIMES,
): Promise<StepEnd> {
  const { shop, ending, underWay } = run.surroundings;
  const status = DBOS.stepStatus;
  const isLast = (status?.currentAttempt ?? 1) >= (status?.maxAttempts ?? 1);
  // Not the library's timeout: it would try the step again while the engine still ends what it was at.
  const timeout = AbortSignal.timeout(shop.limits.stepTimeoutMs);
  const signal = AbortSignal.any([ending, timeout, ...(status === undefined ? [] : [status.cancelSignal])]);
  const killing = new AbortController();
  const given = underWay.begin();
  const progress = new ProgressWriter(
    (lines) => run.note(lines),
    (error) => shop.log.warn({ operation: run.id, error: describe(error) }, "progress could not be written"),
  );
  let waitedFor: readonly string[] = [];
  timeout.addEventListener("abort", () => (waitedFor = progress.waitingFor()), { once: true });
  try {
    const { operation, tenant } = await run.commit(async (tx, locked) => {
      await beginStep(tx, locked, step.name);
      return locked;
    });
    if (operation.takeovers > MOST_TAKEOVERS) throw deadly(step.name, operation.takeovers);
    const job = {
      shop,
      operation,
      tenant: tenant ?? plannedTenant(operation),
      results,
      progress,
      signal,
      killSignal: killing.signal,
      commit: run.commit.bind(run),
    };
    // Who holds it is for the operator: a tenant may read its operations' progress.
    const onLocked = ({ message }: StackLockedError): void => {
      progress.add("message", { message: "waiting for another run on the stack to end" });
      shop.log.warn({ operation: run.id, step: step.name, detail: message }, "waiting for a locked stack");
    };
    const work = traced(operation, step.name, () =>
      progress.tracing(() => unlocked(() => step.run(job), { signal, times, onLocked })),
    );
    const result = await endedBy(timeout, work, { times, kill: () => killing.abort() });
    await progress.flush();
    await run.commit((tx, locked: Locked) => endStep(tx, locked, step.name));
    return { result };
  } catch (error) {
    await progress.flush();
    // The worker ends, or has no say any more: another goes on from here, so this is no failure of the step.
    if (ending.aborted || error instanceof SupersededError) throw error;
    const { problem, passing } = timeout.aborted
      ? judgeLate(error, tooLate(step.name, shop.limits.stepTimeoutMs, waitedFor))
      : judge(error);
    shop.log.warn(
      { operation: run.id, step: step.name, problem: problem.type, detail: problem.detail, passing },
      "step failed",
    );
    if (passing && !isLast) throw error;
    return { problem };
  } finally {
    given.up();
  }
}

/** Waits for a step. One that took too long is killed some time after its signal, and left to itself some time after that. */
async function endedBy<T>(
  timeout: AbortSignal,
  work: Promise<T>,
  { times, kill }: { times: StepTimes; kill: () => void },
): Promise<T> {
  const timers: NodeJS.Timeout[] = [];
  let onTimeout: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    onTimeout = () => {
      timers.push(setTimeout(kill, times.grace));
      timers.push(setTimeout(() => reject(new Error("the step does not end")), times.grace + times.death));
    };
    timeout.addEventListener("abort", onTimeout, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timers.forEach(clearTimeout);
    if (onTimeout !== undefined) timeout.removeEventListener("abort", onTimeout);
  }
}

/** Does what wants a stack for itself; while another run has it, as one does that a dead worker has left, waits for its end. */
async function unlocked<T>(
  work: () => Promise<T>,
  {
    signal,
    times: { lockPause, longestPause },
    onLocked,
  }: { signal: AbortSignal; times: StepTimes; onLocked: (error: StackLockedError) => void },
): Promise<T> {
  let told = false;
  for (let pause = lockPause; ; pause = Math.min(pause * 2, longestPause)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StackLockedError)) throw error;
      if (!told) onLocked(error);
      told = true;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw error;
    }
  }
}

/** The tenant of a plan of one that is not there yet, as its spec says. */
function plannedTenant({ tenantId, input, createdAt }: Operation): Tenant {
  if (input.spec === undefined) {
    throw new ProblemError({ type: "not-found", detail: `tenant '${tenantId}' is not there` });
  }
  return tenantToBe(input.spec, createdAt);
}

/** Runs a step in a span that belongs to the trace of the request that asked for the operation. */
async function traced<T>(
  { id, kind, tenantId, traceparent }: Operation,
  step: string,
  work: () => Promise<T>,
): Promise<T> {
  const parent = propagation.extract(context.active(), traceparent === undefined ? {} : { traceparent });
  const attributes = { "tenantry.operation": id, "tenantry.kind": kind, "tenantry.tenant": tenantId };
  return trace
    .getTracer("tenantry.onboarding")
    .startActiveSpan(`${kind} ${step}`, { attributes }, parent, async (span) => {
      try {
        return await work();
      } catch (error) {
        span.recordException(error instanceof Error ? error : String(error));
        throw error;
      } finally {
        span.end();
      }
    });
}

/** Whoever waited for a lock all the time is told of that: nothing else took too long. */
function judgeLate(error: unknown, late: ProblemError): Verdict {
  return { ...judge(error instanceof StackLockedError ? error : late), passing: false };
}

function tooLate(step: string, milliseconds: number, waitedFor: readonly string[]): ProblemError {
  const at = waitedFor.length === 0 ? "" : `; it was at ${waitedFor.join(", ")}`;
  const detail = `step '${step}' timed out after ${Math.round(milliseconds / 1000)} s${at}`;
  return new ProblemError({ type: "timed-out", detail });
}

function deadly(step: string, takeovers: number): ProblemError {
  return new ExhaustedError({
    type: "interrupted",
    detail: `step '${step}' was taken over ${takeovers} times in a row: every worker that was at it has ended`,
    next: `see how those workers ended (out of memory, a full disk, their logs of this operation), give them what they lack, then ${AGAIN}`,
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
