import { execFile, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { readIfPresent } from "../files";
import { commandLine, isAlive, waitForExit } from "../processes";

const ready = z.object({
  server: z.string(),
  pid: z.int(),
  kubeconfig: z.string(),
  certificateAuthority: z.string(),
});

/** Where a running cluster is. */
export interface KubernetesAccess {
  server: string;
  /** Path of the administrator's kubeconfig. */
  kubeconfig: string;
  /** Path of the certificate authority's certificate. */
  certificateAuthority: string;
}

/** What starting a cluster needs. */
export interface StartKubernetesOptions {
  /** The `tenantry-kubernetes` program. */
  binary: string;
  /** The folder of its data, keys and logs. */
  directory: string;
  signal?: AbortSignal;
  onProgress?: (message: string) => void;
}

/** The cluster that runs on a folder, or undefined. */
export function runningKubernetes(directory: string): (KubernetesAccess & { pid: number }) | undefined {
  const parsed = readReady(path.join(directory, "ready.json"));
  if (!parsed || !isAlive(parsed.pid) || !(commandLine(parsed.pid)?.includes(directory) ?? true)) {
    return undefined;
  }
  return parsed;
}

function readReady(file: string): z.infer<typeof ready> | undefined {
  const text = readIfPresent(file);
  try {
    return text === undefined ? undefined : ready.parse(JSON.parse(text));
  } catch {
    return undefined; // being written
  }
}

/** Whom to make a kubeconfig for, and where. */
export interface IssueOptions {
  /** The `tenantry-kubernetes` program. */
  binary: string;
  /** The folder of the cluster that runs. */
  directory: string;
  user: string;
  groups: string[];
  /** The file to write. */
  file: string;
}

/**
 * Writes a kubeconfig with a client certificate for a user and groups, good for a day, as an identity provider would
 * give a token. What the user may do is RBAC's to say.
 * @throws if no cluster runs on the folder
 */
export async function issueKubeconfig({
  binary,
  directory,
  user,
  groups,
  file,
}: IssueOptions): Promise<void> {
  const args = ["issue-kubeconfig", "--data-dir", directory, "--user", user, "--out", file];
  await promisify(execFile)(binary, [...args, ...groups.flatMap((group) => ["--group", group])]);
}

/** Starts the control plane as a daemon, unless it runs. */
export async function startKubernetes(options: StartKubernetesOptions): Promise<KubernetesAccess> {
  const { directory, signal } = options;
  if (!runningKubernetes(directory)) {
    options.onProgress?.("starting Kubernetes");
    mkdirSync(directory, { recursive: true });
    const logFile = path.join(directory, "serve.log");
    const log = openSync(logFile, "w", 0o600);
    const child = spawn(options.binary, ["serve", "--data-dir", directory], {
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    child.unref();
    const started = Date.now();
    while (!runningKubernetes(directory)) {
      if (signal?.aborted) {
        child.kill("SIGTERM");
        signal.throwIfAborted();
      }
      if (child.exitCode !== null || child.signalCode !== null || Date.now() - started > 120_000) {
        child.kill("SIGTERM");
        const lines = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-5).join("\n");
        throw new Error(`Kubernetes could not be started. The last lines of ${logFile}:\n${lines}`);
      }
      await sleep(50);
    }
  }
  const running = runningKubernetes(directory);
  if (!running) {
    throw new Error(`Kubernetes ended right after its start; see ${directory}`);
  }
  const { server, kubeconfig, certificateAuthority } = running;
  return { server, kubeconfig, certificateAuthority };
}

/** Stops the control plane; its data stays. Returns whether it ran. */
export async function stopKubernetes(directory: string): Promise<boolean> {
  const running = runningKubernetes(directory);
  if (!running) {
    return false;
  }
  process.kill(running.pid, "SIGTERM");
  if (!(await waitForExit(running.pid, 30_000))) {
    process.kill(running.pid, "SIGKILL");
  }
  return true;
}
