import { EXIT, type ExitCode } from "../../tenants/cli/exit-codes";
import { ApiProblem, type ApiProblemDocument, type Operation } from "../client";
import type { ProblemType } from "../lifecycle";

/** A command that cannot be carried out as it was given. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** An operation ended, and not well. */
export class OperationFailedError extends Error {
  override readonly name = "OperationFailedError";

  constructor(readonly operation: Operation) {
    const { id, kind, status, problem } = operation;
    super(
      problem === undefined
        ? `${kind} is ${status} (operation ${id})`
        : withNext(problem.detail, problem.next),
    );
  }
}

/** Somebody stopped waiting; what was asked for goes on. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** An error as the command line shows it. */
export interface Failure {
  readonly code: ExitCode;
  /** The problem's type, such as `tenant-busy`, or the error's class. */
  readonly error: string;
  readonly message: string;
  /** What a machine may want to know besides: fields, the operation in the way, violations. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Problems that mean something else than that an operation failed. */
const CODES: Readonly<Partial<Record<ProblemType, ExitCode>>> = {
  "policy-violation": EXIT.policyViolation,
  "tenant-busy": EXIT.locked,
  "stack-locked": EXIT.locked,
  "not-found": EXIT.notFound,
  "cell-unavailable": EXIT.notFound,
};

/** Statuses of a request that was refused for what it says. */
const REFUSED = [400, 401, 403, 405, 409, 412, 413, 415, 422, 428];

/** Errors of who typed the command; those of other folders by name. */
const BAD_INPUT = new Set([
  "UsageError",
  "LoginError",
  "CommanderError",
  "InvalidArgumentError",
  "TenantSpecError",
]);
const INTERRUPTED = new Set(["InterruptedError", "DeclinedError", "AbortError"]);

/** Says what an error means to who typed the command. */
export function failureOf(thrown: unknown): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error instanceof ApiProblem) {
    const { type, status, document } = error;
    const refused = REFUSED.includes(status) ? EXIT.badInput : EXIT.failure;
    return {
      code: codeOf(type) ?? refused,
      error: type,
      message: withNext(error.message, error.next),
      details: detailsOf(document),
    };
  }
  if (error instanceof OperationFailedError) {
    const { problem } = error.operation;
    const type = problem === undefined ? error.name : problemType(problem);
    return {
      code: codeOf(type) ?? EXIT.failure,
      error: type,
      message: error.message,
      details: { operation: error.operation.id, ...(problem === undefined ? {} : detailsOf(problem)) },
    };
  }
  // Commander writes its messages as they stand at a terminal.
  const shown = { error: error.name, message: error.message.replace(/^error: /, "") };
  if (INTERRUPTED.has(error.name)) return { code: EXIT.interrupted, ...shown };
  if (BAD_INPUT.has(error.name)) return { code: EXIT.badInput, ...shown };
  return { code: EXIT.failure, ...shown };
}

function codeOf(type: string): ExitCode | undefined {
  return Object.entries(CODES).find(([name]) => name === type)?.[1];
}

function withNext(detail: string, next: string | undefined): string {
  return next === undefined ? detail : `${detail}\n  ${next}`;
}

/** A problem's stable type, such as `tenant-busy`. */
export function problemType(problem: ApiProblemDocument): string {
  return new ApiProblem(problem).type;
}

/** What a problem says besides type, detail and next step. */
export function detailsOf(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown = ["type", "title", "status", "detail", "next"];
  return Object.fromEntries(Object.entries(document).filter(([name]) => !shown.includes(name)));
}
