import type { CliExit } from "./cli/process";
import type { Collector } from "./collector";
import {
  CancelledError,
  EngineError,
  InterruptedError,
  PolicyViolationError,
  ProgramError,
  ResourceFailedError,
  StackLockedError,
  StackNotFoundError,
} from "./errors";
import type { ProgramRun } from "./host/program-run";
import { parseLockHolders } from "./lock";
import type { StackRef } from "./types";

/** The CLI's exit codes that are used here (pkg/cmd/pulumi/cmd/exit_codes.go). */
const EXIT_STACK_NOT_FOUND = 6;
const EXIT_CANCELLED = 8;

/** All that is known of an operation's end. */
export interface OperationEnd {
  readonly stack: StackRef;
  readonly exit: CliExit;
  readonly collector: Collector;
  /** Undefined where no program was to run, or the operation ended before it could. */
  readonly programRun: ProgramRun | undefined;
}

/**
 * Says why an operation failed; undefined where it did not.
 *
 * The order matters: a cancelled run also has failed resources, and one that a policy stopped a program without a monitor.
 */
export function failureOf({ stack, exit, collector, programRun }: OperationEnd): EngineError | undefined {
  if (exit.code === 0) return undefined;
  if (exit.cancelled || exit.code === EXIT_CANCELLED) return new CancelledError(stack, exit.killed);
  const holders = parseLockHolders(exit.stderr);
  if (holders !== undefined) return new StackLockedError(stack, holders[0]);
  if (exit.code === EXIT_STACK_NOT_FOUND) return new StackNotFoundError(stack);
  if (collector.violations.some(({ level }) => level === "mandatory"))
    return new PolicyViolationError(collector.violations);
  if (programRun !== undefined && programRun.errors.length > 0) return new ProgramError(programRun.errors);
  const { failures } = collector;
  if (failures.length > 0) return new ResourceFailedError(failures);
  const { errors } = collector;
  if (exit.signal !== undefined) return new InterruptedError(stack, `${exit.signal} ended pulumi`);
  if (errors.length === 0 && programRun?.refusal !== undefined)
    return new InterruptedError(stack, `the program lost pulumi (${programRun.refusal.message})`);
  const said = [...new Set([...errors, cleanStderr(exit.stderr)])].filter((text) => text !== "").join("\n");
  const named = errors.length > 0 || /^error: /m.test(exit.stderr);
  if (named) return new EngineError(said);
  const silent = `pulumi ended with exit code ${exit.code} and`;
  return new EngineError(said === "" ? `${silent} said nothing` : `${silent} named no error; ${said}`);
}

/** What the CLI complained of, without its `error:` in front. */
function cleanStderr(stderr: string): string {
  return stderr
    .split("\n")
    .map((line) => line.replace(/^error: /, "").trimEnd())
    .filter((line) => line !== "")
    .join("\n");
}
