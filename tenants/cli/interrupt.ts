/** What Ctrl-C asks for: the first time an end in good order, the second time an end at once. */
export interface Interrupt {
  readonly signal: AbortSignal;
  readonly killSignal: AbortSignal;
  /** Gives the signals back. */
  release(): void;
}

/**
 * Listens for SIGINT and SIGTERM.
 *
 * @param tell called with what to tell the operator
 */
export function listenForInterrupt(tell: (message: string) => void): Interrupt {
  const graceful = new AbortController();
  const forced = new AbortController();
  const onSignal = (): void => {
    if (graceful.signal.aborted) {
      if (!forced.signal.aborted) tell("killing it; the next run clears what is left pending");
      forced.abort();
      return;
    }
    tell("stopping: what is under way is finished and recorded; press Ctrl-C again to kill it");
    graceful.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: graceful.signal,
    killSignal: forced.signal,
    release: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
