/**
 * The parts of the SDK that its type declarations leave out (they are marked internal). Checked when loaded, so that
 * another SDK fails here by name and not somewhere inside a run.
 */
import * as runtimeState from "@pulumi/pulumi/runtime/state";

type WithLocalStorage = <T>(callback: () => Promise<T>) => Promise<T>;

function isWithLocalStorage(value: unknown): value is WithLocalStorage {
  return typeof value === "function";
}

function isGetStore(value: unknown): value is () => { logErrorCount: number } {
  return typeof value === "function";
}

function unsupported(what: string): never {
  throw new Error(`@pulumi/pulumi/runtime/state has no ${what}: this version of the SDK is not supported`);
}

/** Runs a program with a Pulumi state of its own, so that programs can run side by side in one process. */
export const withLocalStorage: WithLocalStorage = (() => {
  const found: unknown = Reflect.get(runtimeState, "withLocalStorage");
  return isWithLocalStorage(found) ? found : unsupported("withLocalStorage");
})();

const getStore = (() => {
  const found: unknown = Reflect.get(runtimeState, "getStore");
  return isGetStore(found) ? found : unsupported("getStore");
})();

/** Remembers that the present run has logged an error, which fails it. */
export function countLoggedError(): void {
  getStore().logErrorCount += 1;
}
