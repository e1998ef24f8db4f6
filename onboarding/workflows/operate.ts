import { DBOS } from "@dbos-inc/dbos-sdk";
import { context, propagation, trace } from "@opentelemetry/api";
import { judge } from "../failures";
import { type Problem, ProblemError } from "../lifecycle";
import type { Operation } from "../registry";
import type { Step, StepResult } from "./job";
import { ProgressWriter } from "./progress";
import { stepsOf } from "./steps";
import { begin, beginStep, endStep, fail, finish } from "./transitions";
import type { UnderWay } from "./under-way";
import type { Workshop } from "./workshop";

/** How a step ended, in plain values: an error's class would not survive a restart. */
type StepEnd = { readonly result: StepResult } | { readonly problem: Problem };

/** Steps that look and decide; where the first of an operation's fails, nothing was changed. */
const LOOKING = new Set(["place", "judge", "source", "plan", "refresh", "inventory"]);

/** How long a step that took too long may take to end in good order, milliseconds: the engine finishes what is under way. */
const GRACE_MS = 120_000;

/** Pause between two tries of the registry's own transactions, seconds: a database that is being replaced comes back. */
const REGISTRY_RETRY = { retriesAllowed: true, maxAttempts: 100, intervalSeconds: 0.5, backoffRate: 1.03 };

/**
 * Carries out one operation. Every step is kept once it is done: a workflow that is taken up again, here or by another
 * worker, goes on with the first that is not.
 *
 * @param shop what the steps work with
 * @param executor id of this worker
 * @param ending fires when the worker is asked to end
 * @param underWay told of the steps that run
 */
export function operateWith(shop: Workshop, executor: string, ending: AbortSignal, underWay: UnderWay) {
  return async function operate(id: string): Promise<string> {
    const { registry, enqueue } = shop;
    const begun = await DBOS.runStep(() => registry.transaction((tx) => begin(tx, id, executor)), {
      name: "begin",
      ...REGISTRY_RETRY,
    });
    if (begun === undefined || begun === null) return "nothing to do";
    if (begun.problem !== undefined) return giveUp(begun.problem, true);
    const results: Record<string, StepResult> = {};
    let changed = false;
    for (const step of stepsOf(begun.kind)) {
      const end = await DBOS.runStep(() => runStep({ shop, executor, ending, underWay }, id, step, results), {
        name: step.name,
        retriesAllowed: true,
        maxAttempts: shop.limits.attempts,
        intervalSeconds: shop.limits.retrySeconds,
        backoffRate: 2,
      });
      if ("problem" in end) return giveUp(end.problem, !changed && LOOKING.has(step.name));
      results[step.name] = end.result;
      changed ||= !LOOKING.has(step.name);
    }
    await DBOS.runStep(() => registry.transaction((tx) => finish(tx, id, results, enqueue)), {
      name: "finish",
      ...REGISTRY_RETRY,
    });
    return "succeeded";

    async function giveUp(problem: Problem, untouched: boolean): Promise<string> {
      await DBOS.runStep(() => registry.transaction((tx) => fail(tx, id, { problem, untouched }, enqueue)), {
        name: "fail",
        ...REGISTRY_RETRY,
      });
      return "failed";
    }
  };
}

/** The worker that a step runs in. */
interface Surroundings {
  readonly shop: Workshop;
  /** Its id. */
  readonly executor: string;
  /** Fires when it is asked to end. */
  readonly ending: AbortSignal;
  readonly underWay: UnderWay;
}

/** Runs a step; throws where it is to be tried again, and only then. */
async function runStep(
  { shop, executor, ending, underWay }: Surroundings,
  id: string,
  step: Step,
  results: Readonly<Record<string, StepResult>>,
): Promise<StepEnd> {
  const status = DBOS.stepStatus;
  const isLast = (status?.currentAttempt ?? 1) >= (status?.maxAttempts ?? 1);
  // Not the library's timeout: it would try the step again while the engine still ends what it was at.
  const timeout = AbortSignal.timeout(shop.limits.stepTimeoutMs);
  const signals = [ending, timeout, status?.cancelSignal].filter((signal) => signal !== undefined);
  const given = underWay.begin();
  const progress = new ProgressWriter(shop.registry, id, (error) =>
    shop.log.warn({ operation: id, error: describe(error) }, "progress could not be written"),
  );
  let waitedFor: readonly string[] = [];
  timeout.addEventListener("abort", () => (waitedFor = progress.waitingFor()), { once: true });
  try {
    const operation = await find(shop, id);
    await shop.registry.transaction((tx) => beginStep(tx, operation, step.name, executor));
    const tenant = await tenantOf(shop, operation);
    const work = traced(operation, step.name, () =>
      progress.tracing(() =>
        step.run({ shop, operation, tenant, results, progress, signal: AbortSignal.any(signals) }),
      ),
    );
    const result = await endedBy(timeout, work);
    await progress.flush();
    await shop.registry.transaction((tx) => endStep(tx, operation, step.name));
    given.up();
    return { result };
  } catch (error) {
    await progress.flush();
    // The worker ends: another goes on from here, so this is no failure of the step, and nothing of it is written down.
    if (ending.aborted) {
      given.up();
      return new Promise(() => undefined);
    }
    const { problem, passing } = timeout.aborted
      ? judge(tooLate(step.name, shop.limits.stepTimeoutMs, waitedFor))
      : judge(error);
    shop.log.warn(
      { operation: id, step: step.name, problem: problem.type, detail: problem.detail, passing },
      "step failed",
    );
    given.up();
    if (passing && !isLast) throw error;
    return { problem };
  }
}

/** Waits for a step; one that does not heed its signal is left to itself some time after the signal. */
async function endedBy<T>(timeout: AbortSignal, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let giveUp: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    giveUp = () => {
      timer = setTimeout(() => reject(new Error("the step does not end")), GRACE_MS);
    };
    timeout.addEventListener("abort", giveUp, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    if (giveUp !== undefined) timeout.removeEventListener("abort", giveUp);
  }
}

async function find(shop: Workshop, id: string): Promise<Operation> {
  const operation = await shop.registry.operations.find(id);
  if (operation === undefined) throw new Error(`operation '${id}' is not in the registry`);
  return operation;
}

/** The tenant as the registry has it; of a plan for one that is not there yet, as its spec says. */
async function tenantOf(shop: Workshop, { tenantId, input, createdAt }: Operation) {
  const tenant = await shop.registry.tenants.find(tenantId);
  if (tenant !== undefined) return tenant;
  if (input.spec === undefined) throw new Error(`tenant '${tenantId}' is not in the registry`);
  return {
    id: tenantId,
    spec: input.spec,
    phase: "requested" as const,
    version: 0,
    onceActive: false,
    presence: "serving" as const,
    database: { lifetime: 1 },
    snapshotExports: [],
    erasure: [],
    facts: {},
    createdAt,
    updatedAt: createdAt,
  };
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

function tooLate(step: string, milliseconds: number, waitedFor: readonly string[]): ProblemError {
  const at = waitedFor.length === 0 ? "" : `; it was at ${waitedFor.join(", ")}`;
  const detail = `step '${step}' timed out after ${Math.round(milliseconds / 1000)} s${at}`;
  return new ProblemError({ type: "timed-out", detail });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
