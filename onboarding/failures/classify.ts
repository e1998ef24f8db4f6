import {
  EngineNotFoundError,
  EnvironmentError,
  InterruptedError,
  PolicyViolationError,
  ProgramError,
  ResourceFailedError,
  StackLockedError,
  CancelledError,
  UndecidedCreatesError,
} from "../../tenants/engine";
import { type Problem, ProblemError, type ProblemType } from "../lifecycle";
import { AGAIN } from "./again";
import { causeOf } from "./causes";
import { ExhaustedError } from "./exhausted";

/** An error as an operation tells it, and whether it may pass by itself. */
export interface Verdict {
  readonly problem: Problem;
  /** Whether the same step may succeed a little later with nothing changed. */
  readonly passing: boolean;
}

/** Problems that pass by themselves: what is tried again is tried with growing pauses. */
const PASSING: ReadonlySet<ProblemType> = new Set([
  "throttled",
  "not-settled",
  "cluster-unavailable",
  "database-unavailable",
  "interrupted",
  "stack-locked",
  "unavailable",
]);

/** What to do next, by problem. */
const NEXT: Partial<Record<ProblemType, string>> = {
  "quota-exceeded": `have the quota raised in Service Quotas, or remove what is not needed; then ${AGAIN}, which goes on from where it stopped`,
  "access-denied": `allow the worker's role what the detail names, or renew its credentials, then ${AGAIN}`,
  throttled: `nothing is wrong with the tenant: ${AGAIN}; if it happens often, lower the service's rate in TENANTRY_AWS_CALLS_PER_SECOND`,
  "not-settled": `nothing is wrong with the tenant: AWS still works on what the resource needs; ${AGAIN} in a minute`,
  "policy-violation": `change the spec or the program so that the policy holds, then ${AGAIN}; nothing that it refuses was made`,
  "cluster-unavailable": `see that the cell's Kubernetes API answers from the worker (kubectl get --raw /readyz), then ${AGAIN}`,
  "database-unavailable": `see that the tenant's RDS instance is available and reachable from the worker, then ${AGAIN}`,
  unavailable: `nothing is wrong with the tenant: see that what the detail names answers from the worker, then ${AGAIN}`,
  "cell-unavailable": `bring the cell up with 'pulumi up --stack <cell>', then ${AGAIN}`,
  "name-taken": `find out who has the resource of that name; import it into the stack or delete it, then ${AGAIN}`,
  "image-unavailable": `name an image by digest that the cluster can pull, with an update of the spec's release, or ${AGAIN} once it is there`,
  "timed-out": `look at the resource that was waited for; ${AGAIN} goes on from there`,
  interrupted: `${AGAIN} goes on from where it stopped`,
  "disk-full": `free space on the worker's disk (TMPDIR and the state backend), then ${AGAIN}`,
  "engine-missing": `install the Pulumi CLI on the worker, or put it on PATH, then ${AGAIN}`,
  "stack-locked": "wait for the other run to end; if it is gone, 'pulumi cancel' clears its lock",
  "resource-failed": `read the reason, mend its cause, and ${AGAIN} goes on from there`,
  "probe-failed": `look at what the probe names (kubectl describe in the tenant's namespace), mend it, then ${AGAIN}`,
  "invalid-spec": "correct the spec with an update, which goes on from where this stopped",
  "creation-undecided":
    "look for what is named, by its tags, and delete it; then a refresh clears the note, and the purge goes on",
  internal: "see the worker's log for the operation's id",
};

/** Says what an error means, and whether to try again. */
export function judge(thrown: unknown): Verdict {
  const problem = problemOf(thrown);
  const next = problem.next ?? NEXT[problem.type];
  return {
    problem: next === undefined ? problem : { ...problem, next },
    passing: PASSING.has(problem.type) && !(thrown instanceof ExhaustedError),
  };
}

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const detail = error.message;
  if (error instanceof PolicyViolationError) {
    const { violations } = error;
    return { type: "policy-violation", detail, extensions: { violations } };
  }
  if (error instanceof StackLockedError) return { type: "stack-locked", detail };
  if (error instanceof UndecidedCreatesError) {
    const creates = error.creates.map(({ urn, type, name }) => ({ urn, type, name }));
    return { type: "creation-undecided", detail, extensions: { creates } };
  }
  if (error instanceof CancelledError || error instanceof InterruptedError)
    return { type: "interrupted", detail };
  if (error instanceof EngineNotFoundError || error instanceof EnvironmentError) {
    return { type: "engine-missing", detail };
  }
  if (error instanceof ResourceFailedError) return ofResources(error);
  if (error instanceof ProgramError) {
    const [cause] = error.causes;
    if (cause?.name === "CellUnavailableError") return { type: "cell-unavailable", detail };
    if (cause?.name === "ImmutableFieldError") return { type: "immutable-field", detail };
    if (cause?.name === "TenantSpecError" || cause?.name === "UserError")
      return { type: "invalid-spec", detail };
  }
  return { type: causeOf(error) ?? "internal", detail };
}

/** What the engine reports of resources that it was at when another one failed: it says nothing of a cause. */
const CAUGHT_UP = /context canceled|operation was canceled|update canceled/i;

function ofResources(error: ResourceFailedError): Problem {
  const own = error.failures.filter(({ reason }) => !CAUGHT_UP.test(reason));
  const failed = own.length > 0 ? own : error.failures;
  const types = failed.map(({ reason, type }) => causeOf(new Error(reason), type) ?? "resource-failed");
  // What does not pass decides: a quota does not go away because a call beside it was throttled.
  const lasting = types.find((type) => !PASSING.has(type));
  return {
    type: lasting ?? types[0] ?? "resource-failed",
    detail: new ResourceFailedError(failed).message,
    extensions: {
      failures: failed.map(({ type, name, operation, reason }) => ({ type, name, operation, reason })),
    },
  };
}
