import * as path from "node:path";
import { z } from "zod";
import { readIfPresent } from "../files";
import { commandLine, isAlive } from "../processes";

/** Where a running cluster is. */
export interface KubernetesAccess {
  /** The API's address, https://127.0.0.1:<port>. */
  server: string;
  /** Path of the administrator's kubeconfig. */
  kubeconfig: string;
  /** Path of the certificate authority's certificate. */
  certificateAuthority: string;
}

/** A cluster that answers, and its supervisor's process id. */
export interface RunningKubernetes extends KubernetesAccess {
  pid: number;
}

const ready = z.object({
  server: z.string(),
  pid: z.int(),
  kubeconfig: z.string(),
  certificateAuthority: z.string(),
});

/** The cluster that answers on a data folder, or undefined if there is none or it still starts. */
export function runningKubernetes(directory: string): RunningKubernetes | undefined {
  const text = readIfPresent(path.join(directory, "ready.json"));
  if (text === undefined) {
    return undefined;
  }
  const running = ready.parse(JSON.parse(text));
  return isSupervisor(running.pid, directory) ? running : undefined;
}

/** The process id of a data folder's supervisor, also while it starts or stops, or undefined. */
export function supervisorOf(directory: string): number | undefined {
  const pid = Number.parseInt(readIfPresent(path.join(directory, "lock")) ?? "", 10);
  return pid > 0 && isSupervisor(pid, directory) ? pid : undefined;
}

/** A killed supervisor leaves its files behind, and its process id may belong to somebody else by now. */
function isSupervisor(pid: number, directory: string): boolean {
  if (!isAlive(pid)) {
    return false;
  }
  const command = commandLine(pid);
  return command === undefined || `${command} `.includes(` serve --data-dir ${path.resolve(directory)} `);
}
