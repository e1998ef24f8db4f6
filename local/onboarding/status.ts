import * as path from "node:path";
import { readIfPresent } from "../files";
import { runningPid } from "./daemon";
import { directoryOf } from "./directories";

/** What runs of a local cloud's onboarding service. */
export interface ServiceStatus {
  /** Where its API is when it runs; undefined where it was never started. */
  readonly url: string | undefined;
  /** The API's process; undefined where it does not run. */
  readonly api: number | undefined;
  /** The process of the worker that was started with it; others are on their own. */
  readonly worker: number | undefined;
}

/**
 * Says what runs of the onboarding service.
 *
 * @param root the local cloud's folder
 */
export function serviceStatus(root: string): ServiceStatus {
  const port = readIfPresent(path.join(directoryOf(root), "port"));
  return {
    url: port === undefined ? undefined : `http://127.0.0.1:${port}`,
    api: runningPid(root, "api"),
    worker: runningPid(root, "worker"),
  };
}
