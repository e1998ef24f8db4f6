import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalCloud } from "../cloud";
import { readIfPresent, writeFileAtomically } from "../files";
import { chooseAddress, ensureClient } from "../issuer";
import { instancePaths, repositoryRoot } from "../paths";
import { commandLine, isAlive, waitForExit } from "../processes";
import { directoryOf, issuerOf } from "./directories";
import { serviceEnvironment } from "./settings";

/** How long a process may take to start, milliseconds; most of it is loading the Pulumi SDK. */
const START_MS = 60_000;
/** How long it may take to end in good order. */
const STOP_MS = 40_000;
const POLL_MS = 100;

const MAIN = path.join(repositoryRoot, "local", "onboarding", "main.ts");
const SUPERVISOR = path.join(repositoryRoot, "local", "onboarding", "supervisor.ts");

/** Arguments of Node.js that keep a worker going, whatever becomes of it. */
export function supervisedWorker(instance: string): string[] {
  return ["--require=tsx/cjs", SUPERVISOR, MAIN, instance, "worker"];
}

/** How the command line reaches the service. */
export interface ServiceAccess {
  readonly TENANTRY_API_URL: string;
  readonly TENANTRY_ISSUER: string;
  readonly TENANTRY_CLIENT_ID: string;
  readonly TENANTRY_CLIENT_SECRET: string;
}

/** The service could not be started; the message has the end of its log. */
export class ServiceStartError extends Error {
  override name = "ServiceStartError";
}

/** What starting the service needs. */
export interface StartServiceOptions {
  readonly cloud: LocalCloud;
  /** The local cloud's environment, PATH included. */
  readonly env: Readonly<Record<string, string>>;
  readonly onProgress?: (message: string) => void;
}

/** Environment of the service's processes: the local cloud's, and the service's own settings. */
export async function processEnvironment({
  cloud,
  env,
}: StartServiceOptions): Promise<Record<string, string>> {
  const directory = directoryOf(instancePaths(cloud.instance).root);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { url } = await chooseAddress(issuerOf(directory));
  return { ...env, ...(await serviceEnvironment(cloud, directory, url)) };
}

/** Starts the API and one worker as daemons that outlive the caller; what ran before is ended, so that new code counts. */
export async function startService(options: StartServiceOptions): Promise<ServiceAccess> {
  const { cloud, onProgress } = options;
  const { root } = instancePaths(cloud.instance);
  await stopService(root);
  const environment = await processEnvironment(options);
  onProgress?.("starting the onboarding service");
  launch(root, "api", ["--require=tsx/cjs", MAIN, cloud.instance, "api"], environment);
  launch(root, "worker", supervisedWorker(cloud.instance), environment);
  const url = `http://127.0.0.1:${environment["TENANTRY_PORT"]}`;
  await Promise.all([answers(root, `${url}/healthz`), workerStarted(root)]);
  return serviceAccess(root);
}

/** How the command line reaches a local cloud's service; nothing where none was ever started. */
export async function serviceAccessIfAny(root: string): Promise<Partial<ServiceAccess>> {
  return existsSync(path.join(directoryOf(root), "port")) ? { ...(await serviceAccess(root)) } : {};
}

/** Runs one more worker in the foreground; its exit code. */
export async function runWorker(options: StartServiceOptions): Promise<number> {
  const environment = await processEnvironment(options);
  const child = spawn(process.execPath, ["--require=tsx/cjs", MAIN, options.cloud.instance, "worker"], {
    cwd: repositoryRoot,
    env: { ...process.env, ...environment },
    stdio: "inherit",
  });
  // Ctrl-C reaches the worker too, which ends in good order.
  const wait = (): void => undefined;
  process.on("SIGINT", wait);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("SIGINT", wait);
      resolve(code ?? 1);
    });
  });
}

async function serviceAccess(root: string): Promise<ServiceAccess> {
  const directory = directoryOf(root);
  const { url } = await chooseAddress(issuerOf(directory));
  const { id, secret } = await ensureClient(issuerOf(directory), "admin");
  return {
    TENANTRY_API_URL: `http://127.0.0.1:${readIfPresent(path.join(directory, "port"))}`,
    TENANTRY_ISSUER: url,
    TENANTRY_CLIENT_ID: id,
    TENANTRY_CLIENT_SECRET: secret,
  };
}

/**
 * Ends the service's processes.
 *
 * @param root the local cloud's folder
 * @returns whether any ran
 */
export async function stopService(root: string): Promise<boolean> {
  const stopped = await Promise.all(["worker", "api"].map((role) => stop(root, role)));
  return stopped.includes(true);
}

async function stop(root: string, role: string): Promise<boolean> {
  const pid = runningPid(root, role);
  if (pid === undefined) return false;
  process.kill(pid, "SIGTERM");
  if (!(await waitForExit(pid, STOP_MS))) {
    process.kill(pid, "SIGKILL");
    await waitForExit(pid, STOP_MS);
  }
  rmSync(pidFile(root, role), { force: true });
  return true;
}

function launch(
  root: string,
  role: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): void {
  const log = openSync(logFile(root, role), "w", 0o600);
  const child = spawn(process.execPath, args, {
    cwd: repositoryRoot,
    env: { ...process.env, ...environment },
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.unref();
  if (child.pid !== undefined) writeFileAtomically(pidFile(root, role), String(child.pid), 0o600);
}

/** The process of a role, where it runs. */
export function runningPid(root: string, role: string): number | undefined {
  const pid = Number(readIfPresent(pidFile(root, role)) ?? "");
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  return commandLine(pid)?.includes(MAIN) === true ? pid : undefined;
}

async function workerStarted(instance: string): Promise<void> {
  await until(instance, "worker", () =>
    Promise.resolve(tail(instance, "worker").includes('"worker started"')),
  );
}

async function answers(root: string, url: string): Promise<void> {
  await until(root, "api", async () => {
    try {
      return (await fetch(url)).ok;
    } catch {
      return false;
    }
  });
}

async function until(root: string, role: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (!(await isSo())) {
    if (runningPid(root, role) === undefined || Date.now() > deadline) {
      throw new ServiceStartError(
        `the onboarding service's ${role} did not start; the end of ${logFile(root, role)}:\n${tail(root, role)}`,
      );
    }
    await sleep(POLL_MS);
  }
}

function tail(root: string, role: string): string {
  return readFileSync(logFile(root, role), "utf8").split("\n").slice(-30).join("\n");
}

function pidFile(root: string, role: string): string {
  return path.join(directoryOf(root), `${role}.pid`);
}

function logFile(root: string, role: string): string {
  return path.join(directoryOf(root), `${role}.log`);
}
