import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What a program left behind: errors that nobody caught. Each belongs to the run in whose asynchronous context it
 * arose, so that one tenant's broken program fails its own operation and no other that runs in the same process.
 */
export class FailureScope {
  readonly errors = new Set<Error>();

  /** @param tell called with each error, once, inside the run's own context */
  constructor(private readonly tell: (error: Error) => void) {}

  /** Runs `body` and takes what it fails to catch. */
  async run<T>(body: () => Promise<T>): Promise<T> {
    open(this);
    try {
      return await current.run(this, body);
    } finally {
      close(this);
    }
  }

  /** Takes one error. */
  add(reason: unknown): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    if (this.errors.has(error)) return;
    this.errors.add(error);
    this.tell(error);
  }
}

const current = new AsyncLocalStorage<FailureScope>();
const scopes = new Set<FailureScope>();

/** An error without a context could be anyone's: then every run in flight fails, for none can be called sound. */
function dispatch(reason: unknown): void {
  const owner = current.getStore();
  for (const scope of owner === undefined ? scopes : [owner]) scope.add(reason);
}

function open(scope: FailureScope): void {
  if (scopes.size === 0) {
    process.on("uncaughtException", dispatch);
    process.on("unhandledRejection", dispatch);
  }
  scopes.add(scope);
}

function close(scope: FailureScope): void {
  scopes.delete(scope);
  if (scopes.size === 0) {
    process.off("uncaughtException", dispatch);
    process.off("unhandledRejection", dispatch);
  }
}
