import * as path from "node:path";
import { readIfPresent } from "../files";
import { commandLine, isAlive } from "../processes";

/** What a running server's `postmaster.pid` says. */
export interface Postmaster {
  pid: number;
  /** It takes connections; until then it is starting, stopping or recovering. */
  ready: boolean;
}

/**
 * The server that runs on a data folder, or undefined. The file a killed server left behind does not count, nor does it
 * when another program has got its process id since.
 */
export function runningPostmaster(dataDirectory: string): Postmaster | undefined {
  const lines = readIfPresent(path.join(dataDirectory, "postmaster.pid"))?.split("\n");
  const pid = Number(lines?.[0]);
  if (!lines || !Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) {
    return undefined;
  }
  const command = commandLine(pid);
  if (command !== undefined && !command.includes(dataDirectory)) {
    return undefined;
  }
  return { pid, ready: lines[7]?.trim() === "ready" };
}
