import {
  CancelledError,
  EngineNotFoundError,
  EnvironmentError,
  PolicyViolationError,
  ProgramError,
  ResourceFailedError,
  StackLockedError,
  StackNotFoundError,
} from "../engine";
import { DeclinedError } from "./confirm";
import { EXIT, type ExitCode } from "./exit-codes";

/** A request that cannot be carried out as it is. */
export class BadInputError extends Error {
  override readonly name = "BadInputError";
}

/** What is asked for is not there. */
export class NotFoundError extends Error {
  override readonly name = "NotFoundError";
}

/** An error as the command line shows it. */
export interface Failure {
  readonly code: ExitCode;
  /** The error's class, such as `StackLockedError`. */
  readonly error: string;
  readonly message: string;
  /** What a machine may want to know besides: violations, failed resources, the lock's holder. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Errors of the tenants' own folders, by name: to import them here would load Pulumi's SDK for a wrong option. */
const BAD_INPUT = new Set([
  "BadInputError",
  "TenantSpecError",
  "ImmutableFieldError",
  "InvalidArgumentError",
  "CommanderError",
]);
const NOT_FOUND = new Set(["NotFoundError", "UnknownTenantError", "CellUnavailableError"]);

/** Says what an error means to who typed the command. */
export function failureOf(thrown: unknown): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error instanceof ProgramError && error.causes.length > 0)
    return { ...failureOf(error.causes[0]), message: error.message };
  // Commander writes its messages as they stand at a terminal.
  const shown = { error: error.name, message: error.message.replace(/^error: /, "") };
  if (error instanceof CancelledError || error instanceof DeclinedError)
    return { code: EXIT.interrupted, ...shown };
  if (error instanceof StackLockedError)
    return { code: EXIT.locked, ...shown, details: { holder: error.holder } };
  if (error instanceof PolicyViolationError) {
    return { code: EXIT.policyViolation, ...shown, details: { violations: error.violations } };
  }
  if (error instanceof ResourceFailedError)
    return { code: EXIT.failure, ...shown, details: { failures: error.failures } };
  if (error instanceof StackNotFoundError || NOT_FOUND.has(error.name))
    return { code: EXIT.notFound, ...shown };
  if (
    error instanceof EnvironmentError ||
    error instanceof EngineNotFoundError ||
    BAD_INPUT.has(error.name)
  ) {
    return { code: EXIT.badInput, ...shown };
  }
  return { code: EXIT.failure, ...shown };
}

/** Says that a tenant is not there in the words of a tenant, not of a stack. */
export function asTenantError(error: unknown, tenant: string): unknown {
  return error instanceof StackNotFoundError
    ? new NotFoundError(`tenant '${tenant}' is not there: nothing was ever deployed for it`)
    : error;
}
