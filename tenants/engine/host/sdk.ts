/**
 * The two functions of the SDK that its type declarations leave out (they are marked internal). Checked when loaded, so
 * that another SDK fails here by name and not somewhere inside a run.
 */
import * as runtimeState from "@pulumi/pulumi/runtime/state";

type WithLocalStorage = <T>(callback: () => Promise<T>) => Promise<T>;

function isWithLocalStorage(value: unknown): value is WithLocalStorage {
  return typeof value === "function";
}

/** Runs a program with a Pulumi state of its own, so that programs can run side by side in one process. */
export const withLocalStorage: WithLocalStorage = (() => {
  const found: unknown = Reflect.get(runtimeState, "withLocalStorage");
  if (!isWithLocalStorage(found)) {
    throw new Error(
      "@pulumi/pulumi/runtime/state has no withLocalStorage: this version of the SDK is not supported",
    );
  }
  return found;
})();
