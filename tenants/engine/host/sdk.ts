/**
 * The parts of the SDK that its type declarations leave out (they are marked internal). Checked when loaded, so that
 * another SDK fails here by name and not somewhere inside a run.
 */
import * as runtimeState from "@pulumi/pulumi/runtime/state";
import "./own-connections";

type WithLocalStorage = <T>(callback: () => Promise<T>) => Promise<T>;

function isWithLocalStorage(value: unknown): value is WithLocalStorage {
  return typeof value === "function";
}

/** A client of the engine's. */
interface Channel {
  close(): void;
}

interface Store {
  logErrorCount: number;
  readonly settings: {
    monitor: Channel | undefined;
    engine: Channel | undefined;
    readonly options: { monitorAddr: string | undefined; engineAddr: string | undefined };
  };
}

function isGetStore(value: unknown): value is () => Store {
  return typeof value === "function";
}

function unsupported(what: string): never {
  throw new Error(`@pulumi/pulumi/runtime/${what} is not there: this version of the SDK is not supported`);
}

/** Runs a program with a Pulumi state of its own, so that programs can run side by side in one process. */
export const withLocalStorage: WithLocalStorage = (() => {
  const found: unknown = Reflect.get(runtimeState, "withLocalStorage");
  return isWithLocalStorage(found) ? found : unsupported("state.withLocalStorage");
})();

const getStore = (() => {
  const found: unknown = Reflect.get(runtimeState, "getStore");
  return isGetStore(found) ? found : unsupported("state.getStore");
})();

/** Remembers that the present run has logged an error, which fails it. */
export function countLoggedError(): void {
  getStore().logErrorCount += 1;
}

/**
 * Closes the present run's channels to its engine, for good. The SDK closes those of a process with one run only; what is
 * left open to an engine that was killed tries to reach it for as long as the process lives.
 */
export function closeChannels(): void {
  const { settings } = getStore();
  settings.monitor?.close();
  settings.engine?.close();
  settings.monitor = settings.engine = undefined;
  // What comes late must not open them anew.
  settings.options.monitorAddr = settings.options.engineAddr = undefined;
}
