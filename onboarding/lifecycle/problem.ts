/**
 * Every kind of problem that the service tells of, by its stable type: in an API answer and in the document of a failed
 * operation alike. `https://tenantry.dev/problems/<type>` is its `type` member (RFC 9457).
 */
export const PROBLEMS = {
  // what a client did
  "invalid-request": { status: 400, title: "The request is not as it should be" },
  "invalid-spec": { status: 422, title: "The tenant's spec is wrong" },
  unauthenticated: { status: 401, title: "No valid token" },
  forbidden: { status: 403, title: "Not allowed" },
  "not-found": { status: 404, title: "Not there" },
  "method-not-allowed": { status: 405, title: "Method not allowed" },
  "tenant-id-taken": { status: 409, title: "The tenant id is taken" },
  "tenant-busy": { status: 409, title: "Another operation is at work on the tenant" },
  "wrong-phase": { status: 409, title: "The tenant is not in a phase for this" },
  "not-cancellable": { status: 409, title: "The operation can no longer be taken back" },
  "precondition-failed": { status: 412, title: "The tenant has changed meanwhile" },
  "precondition-required": { status: 428, title: "If-Match is missing" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "Unsupported media type" },
  "idempotency-key-reused": { status: 422, title: "The Idempotency-Key was used for another request" },
  "immutable-field": { status: 422, title: "The field cannot change" },
  "webhook-target-refused": { status: 422, title: "The webhook's address is refused" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  // what an operation met
  "policy-violation": { status: 422, title: "A policy refuses it" },
  "quota-exceeded": { status: 409, title: "An AWS quota is used up" },
  "access-denied": { status: 502, title: "The service may not do this on AWS or in the cluster" },
  throttled: { status: 503, title: "AWS throttles" },
  "not-settled": { status: 503, title: "AWS has not caught up with an earlier change" },
  "cluster-unavailable": { status: 503, title: "The cell's Kubernetes API does not answer" },
  "database-unavailable": { status: 503, title: "The tenant's database does not answer" },
  "cell-unavailable": { status: 503, title: "The cell is not up" },
  "name-taken": { status: 409, title: "A name the tenant needs is taken on AWS" },
  "image-unavailable": { status: 422, title: "An image cannot be run" },
  "timed-out": { status: 504, title: "It took too long" },
  interrupted: { status: 503, title: "The worker ended in the middle" },
  "disk-full": { status: 507, title: "No space is left" },
  "engine-missing": { status: 503, title: "The Pulumi CLI is not there" },
  "stack-locked": { status: 409, title: "Somebody else is at work on the tenant's stack" },
  "creation-undecided": {
    status: 409,
    title: "Something may be there that the tenant's stack does not know",
  },
  "probe-failed": { status: 502, title: "The tenant does not answer as it should" },
  "isolation-breached": { status: 500, title: "The tenant is not kept apart: it is quarantined" },
  "snapshot-missing": { status: 422, title: "The snapshot is not there" },
  "resource-failed": { status: 502, title: "AWS or Kubernetes refused a resource" },
  // what the service met
  unavailable: { status: 503, title: "The service cannot do this now" },
  internal: { status: 500, title: "The service failed" },
} as const;

/** A problem's stable type. */
export type ProblemType = keyof typeof PROBLEMS;

/** A wrong field. */
export interface FieldProblem {
  /** Path of the field, such as `database.size`; a query parameter or header by its name. */
  readonly field: string;
  /** Field, value and what was expected, in words. */
  readonly message: string;
}

/** What went wrong, for people and programs. Never holds a secret. */
export interface Problem {
  readonly type: ProblemType;
  /** This very case, in words. */
  readonly detail: string;
  /** What to do next. */
  readonly next?: string;
  readonly fields?: readonly FieldProblem[];
  /** More for programs, such as the operation in the way. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Base of the `type` member's URIs: names, and no addresses. Nothing is served there; docs/operations.md has the runbook. */
export const PROBLEM_BASE = "https://tenantry.dev/problems/";

/** An error that carries its problem. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";

  /** @param problem what to tell */
  constructor(
    readonly problem: Problem,
    options?: ErrorOptions,
  ) {
    super(problem.detail, options);
  }
}
