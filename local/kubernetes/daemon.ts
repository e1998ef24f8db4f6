import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode, readIfPresent } from "../files";
import { waitForExit } from "../processes";
import { type KubernetesAccess, runningKubernetes, supervisorOf } from "./running";

const pollMs = 50;
/** A start takes 4 s; much more where a machine is busy with builds. */
const startTimeoutMs = 120_000;
/** Each component has 5 s to end before it is killed. */
const stopTimeoutMs = 30_000;
/** The supervisor's exit code when another one has the folder. */
const exitRunning = 3;

/** What starting a cluster needs. */
export interface StartKubernetesOptions {
  /** The `tenantry-kubernetes` program. */
  binary: string;
  /** The folder of its data, keys and logs. */
  directory: string;
  signal?: AbortSignal;
  /** Told what is done next. */
  onProgress?: (message: string) => void;
}

/** The cluster could not be started; the message says why and what to do. */
export class KubernetesStartError extends Error {
  override name = "KubernetesStartError";
}

/**
 * Starts the control plane as a daemon that outlives the caller, unless it runs. A folder whose cluster was killed is
 * taken up again, on the same port; one that another process is starting or stopping is waited for.
 * @throws KubernetesStartError if its port is taken, or with the reason or the last lines of its log
 */
export async function startKubernetes(options: StartKubernetesOptions): Promise<KubernetesAccess> {
  const { signal, onProgress } = options;
  const directory = path.resolve(options.directory);
  const deadline = Date.now() + startTimeoutMs;
  let launched: Launched | undefined;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const running = runningKubernetes(directory);
      if (running) {
        const { server, kubeconfig, certificateAuthority } = running;
        return { server, kubeconfig, certificateAuthority };
      }
      if (launched?.failure) {
        throw new KubernetesStartError(
          `Kubernetes could not be started: ${options.binary} cannot be run (${launched.failure.message}).`,
        );
      }
      if (launched && hasEnded(launched.process)) {
        if (launched.process.exitCode !== exitRunning) {
          throw new KubernetesStartError(`Kubernetes could not be started: ${reasonIn(directory)}`);
        }
        launched = undefined; // another one was quicker
      }
      if (Date.now() > deadline) {
        throw new KubernetesStartError(
          `Kubernetes was not ready within ${startTimeoutMs / 1000} s: ${reasonIn(directory)}`,
        );
      }
      if (!launched && supervisorOf(directory) === undefined) {
        onProgress?.("starting Kubernetes");
        launched = launch(options.binary, directory);
      }
      await sleep(pollMs);
    }
  } catch (error) {
    if (launched && !hasEnded(launched.process)) {
      await end(launched.process.pid);
    }
    throw error;
  }
}

/**
 * Stops the control plane, also one that still starts; its data stays.
 * @returns whether it ran
 */
export async function stopKubernetes(directory: string): Promise<boolean> {
  const pid = supervisorOf(directory) ?? runningKubernetes(directory)?.pid;
  await end(pid);
  return pid !== undefined;
}

interface Launched {
  process: ChildProcess;
  /** Why the program could not be run at all. */
  failure?: Error;
}

function launch(binary: string, directory: string): Launched {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const log = openSync(logOf(directory), "w", 0o600);
  try {
    const launched: Launched = {
      process: spawn(binary, ["serve", "--data-dir", directory], {
        detached: true,
        stdio: ["ignore", log, log],
      }),
    };
    launched.process.on("error", (error) => (launched.failure = error));
    launched.process.unref();
    return launched;
  } finally {
    closeSync(log);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function end(pid: number | undefined): Promise<void> {
  if (pid === undefined) {
    return;
  }
  send(pid, "SIGTERM");
  if (!(await waitForExit(pid, stopTimeoutMs))) {
    send(pid, "SIGKILL");
    await waitForExit(pid, stopTimeoutMs);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, "ESRCH")) {
      throw error;
    }
  }
}

const logOf = (directory: string) => path.join(directory, "serve.log");

/** What the supervisor said last: its error, which may be followed by the end of a component's log. */
function reasonIn(directory: string): string {
  const text = (readIfPresent(logOf(directory)) ?? "").trim();
  const said = text.lastIndexOf("tenantry-kubernetes: ");
  if (said >= 0) {
    return text.slice(said + "tenantry-kubernetes: ".length);
  }
  return `the last lines of ${logOf(directory)} are\n${text.split("\n").slice(-5).join("\n")}`;
}
