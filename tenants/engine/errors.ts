import type { PendingCreate } from "./pending";
import type { PolicyViolation, StackRef } from "./types";
import type { ResourceOperation, ResourceRef } from "./events";

/** Any operation that did not end well; the subclasses say how. */
export class EngineError extends Error {
  override readonly name: string = "EngineError";
}

/** A tool the engine needs is not there. */
export class EngineNotFoundError extends EngineError {
  override readonly name = "EngineNotFoundError";

  /**
   * @param tool its command, such as `pulumi`
   * @param searched the PATH it was looked for on
   */
  constructor(
    readonly tool: string,
    readonly searched: string,
  ) {
    super(
      `'${tool}' was not found on PATH: install Pulumi 3.249 or newer, or take the local cloud's with: eval "$(npm run -s local -- env)"`,
    );
  }
}

/** The environment lacks something that every operation needs. */
export class EnvironmentError extends EngineError {
  override readonly name = "EnvironmentError";

  /**
   * @param variable the environment variable
   * @param problem what is wrong with it, and what was expected
   */
  constructor(
    readonly variable: string,
    problem: string,
  ) {
    super(`${variable} ${problem}`);
  }
}

/** Who holds a stack's lock. */
export interface LockHolder {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly since: Date;
  /** Where the lock is kept. */
  readonly url: string;
}

/** Another run is at work on the stack. Nothing was changed. */
export class StackLockedError extends EngineError {
  override readonly name = "StackLockedError";

  /**
   * @param target the locked stack
   * @param holder who holds the lock; undefined where the backend does not tell
   */
  constructor(
    readonly target: StackRef,
    readonly holder: LockHolder | undefined,
  ) {
    super(describeLock(target, holder));
  }
}

function describeLock({ project, stack }: StackRef, holder: LockHolder | undefined): string {
  if (holder === undefined)
    return `${project}/${stack} is locked: another run is at work on it; wait for it to end`;
  const { user, host, pid, since } = holder;
  return (
    `${project}/${stack} is locked by ${user}@${host} (process ${pid}) since ${since.toISOString()}: wait for it to end; ` +
    `if that process is gone, clear the lock with: pulumi cancel --stack organization/${project}/${stack} --yes`
  );
}

/** A mandatory policy refused the operation. */
export class PolicyViolationError extends EngineError {
  override readonly name = "PolicyViolationError";

  /** @param violations every violation, the advisory ones included */
  constructor(readonly violations: readonly PolicyViolation[]) {
    const mandatory = violations.filter(({ level }) => level === "mandatory");
    super(
      `${mandatory.length} policy violation${mandatory.length === 1 ? "" : "s"}\n` +
        mandatory
          .map(({ policy, urn, message }) => `  - ${policy}${urn ? ` (${urn})` : ""}: ${message}`)
          .join("\n"),
    );
  }
}

/** One resource that failed. */
export interface ResourceFailure extends ResourceRef {
  readonly operation: ResourceOperation;
  /** The provider's words. */
  readonly reason: string;
}

/** Resources failed. What was done before is recorded; another run goes on from there. */
export class ResourceFailedError extends EngineError {
  override readonly name = "ResourceFailedError";

  /** @param failures each failed resource; never empty */
  constructor(readonly failures: readonly ResourceFailure[]) {
    super(
      failures
        .map(({ operation, type, name, reason }) => `${operation} of ${type} '${name}' failed: ${reason}`)
        .join("\n"),
    );
  }
}

/**
 * Killed runs left creations of which nobody knows whether they took place: the stack is empty but for them, and was kept, as
 * nothing else knows of them.
 */
export class UndecidedCreatesError extends EngineError {
  override readonly name = "UndecidedCreatesError";

  /**
   * @param target the stack
   * @param creates what was being created; never empty
   */
  constructor(
    readonly target: StackRef,
    readonly creates: readonly PendingCreate[],
  ) {
    super(
      `${target.project}/${target.stack} is kept: a killed run may have created what its state does not know\n` +
        creates.map(({ type, name, inputs }) => `  - ${type} '${name}'${marksOf(inputs)}`).join("\n"),
    );
  }
}

/** What a thing can be looked for by. */
function marksOf({ name, tags }: PendingCreate["inputs"]): string {
  const named = typeof name === "string" ? ` named '${name}'` : "";
  const tagged = typeof tags === "object" && tags !== null ? ` with tags ${JSON.stringify(tags)}` : "";
  return named + tagged;
}

/** The operation was ended on request. What was done before is recorded; another run goes on from there. */
export class CancelledError extends EngineError {
  override readonly name = "CancelledError";

  /**
   * @param target the stack it was about
   * @param killed whether it was ended at once, which leaves pending operations for the next run to clear
   */
  constructor(
    readonly target: StackRef,
    readonly killed: boolean,
  ) {
    super(
      `${target.project}/${target.stack} was ${killed ? "killed" : "cancelled"}: run it again to go on from where it stopped`,
    );
  }
}

/** Something ended the operation that nobody here asked for. What was done before is recorded; another run goes on from there. */
export class InterruptedError extends EngineError {
  override readonly name = "InterruptedError";

  /**
   * @param target the stack it was about
   * @param how what ended it, such as a signal
   */
  constructor(
    readonly target: StackRef,
    readonly how: string,
  ) {
    super(
      `${target.project}/${target.stack} was interrupted: ${how}; run it again to go on from where it stopped`,
    );
  }
}

/** The program itself threw. */
export class ProgramError extends EngineError {
  override readonly name = "ProgramError";

  /** @param causes what was thrown, in order */
  constructor(readonly causes: readonly Error[]) {
    super(causes.map(({ message }) => message).join("\n"), { cause: causes[0] });
  }
}

/** The stack is not in the backend. */
export class StackNotFoundError extends EngineError {
  override readonly name = "StackNotFoundError";

  /** @param target the stack that was asked for */
  constructor(readonly target: StackRef) {
    super(`${target.project}/${target.stack} does not exist: nothing was ever deployed under that name`);
  }
}
