import { setTimeout as sleep } from "node:timers/promises";
import { ProblemError } from "../lifecycle";
import { SupersededError } from "./turn";

/** Pause before the second try, milliseconds; doubled before each further one, up to the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

/** How a try again is told of, and ended. */
export interface Persistence {
  /** Ends it: the error of the last try is thrown. */
  readonly signal: AbortSignal;
  /** Told of every try that failed and is made again. */
  readonly onRetry: (error: unknown) => void;
}

/**
 * Does something with the registry, again and again until it is done: a database that is away comes back, and an operation
 * that went well must not fail for it. There is no last try, as nobody knows how long that takes.
 *
 * @throws what another try would meet again: that the operation is another worker's, or a fault of the program
 */
export async function persistently<T>(
  work: () => Promise<T>,
  { signal, onRetry }: Persistence,
  firstPauseMs = FIRST_PAUSE_MS,
): Promise<T> {
  for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (isLasting(error) || signal.aborted) throw error;
      onRetry(error);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}

/**
 * PostgreSQL's classes of errors that the statement itself is the cause of: data, integrity, syntax or access.
 * Source: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const OF_THE_STATEMENT = /^(?:22|23|42)[0-9A-Z]{3}$/;

function isLasting(error: unknown): boolean {
  if (error instanceof ProblemError || error instanceof SupersededError || error instanceof TypeError)
    return true;
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    OF_THE_STATEMENT.test(error.code)
  );
}
