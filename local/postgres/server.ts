import { spawn } from "node:child_process";
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, waitForExit } from "../processes";
import { type PostgresAccess, chooseAccess } from "./access";
import { ensureDatabase } from "./database";
import { type Placement, dataFolder, makeFolder, place } from "./placement";
import { isFree } from "./ports";
import { type Postmaster, runningPostmaster } from "./postmaster";
import { settings } from "./settings";

/** The database that holds the simulated AWS account's state. */
export const accountDatabase = "account";

const pollMs = 20;
/** Recovery of a killed server's write-ahead log, at most 256 MB of it, is part of a start. */
const startTimeoutMs = 60_000;
/** How long the processes of a killed server may take to notice that they are orphans, and to leave. */
const orphansTimeoutMs = 5_000;
const stopTimeoutMs = 20_000;

/** What starting a server needs. */
export interface StartOptions {
  /** The folder that is the server's own: data, log, port and password. */
  directory: string;
  signal?: AbortSignal;
  /** Told what is done next. */
  onProgress?: (message: string) => void;
}

/** The server could not be started; the message says why and what to do. */
export class PostgresStartError extends Error {
  override name = "PostgresStartError";
}

/**
 * Starts the embedded PostgreSQL, unless it runs, and makes the database `account`. The server is a daemon: it outlives
 * the caller. A data folder whose server was killed is recovered.
 * @throws PostgresStartError if its port is taken, or with the last lines of its log
 */
export async function startPostgres(options: StartOptions): Promise<PostgresAccess> {
  const placement = place(options.directory);
  const access = await chooseAccess(options.directory);
  const running = runningPostmaster(placement.data);
  if (!running) {
    if (!existsSync(path.join(placement.data, "PG_VERSION"))) {
      options.onProgress?.("making PostgreSQL's data folder");
      await initialise(placement, access, options.signal);
    }
    options.onProgress?.(`starting PostgreSQL on 127.0.0.1:${access.port}`);
    await launch(placement, access, options);
  } else if (!running.ready) {
    options.onProgress?.("waiting for PostgreSQL to be ready");
    await waitUntilReady(placement.data, running.pid, options);
  }
  await ensureDatabase(access, accountDatabase);
  return access;
}

/**
 * Stops the server: open connections are closed, what they did not commit is undone.
 * @returns whether one was running
 */
export async function stopPostgres(directory: string): Promise<boolean> {
  const running = runningPostgres(directory);
  if (!running) {
    return false;
  }
  process.kill(running.pid, "SIGINT"); // "fast" shutdown
  if (!(await waitForExit(running.pid, stopTimeoutMs))) {
    process.kill(running.pid, "SIGQUIT"); // "immediate"; recovers at the next start
    await waitForExit(running.pid, stopTimeoutMs);
  }
  return true;
}

/** The server that runs on a folder, or undefined. */
export function runningPostgres(directory: string): Postmaster | undefined {
  return runningPostmaster(dataFolder(directory));
}

async function initialise(placement: Placement, access: PostgresAccess, signal?: AbortSignal): Promise<void> {
  const { user, binaries, data } = placement;
  const fresh = `${data}.new`;
  makeFolder(fresh, user);
  const passwordFile = `${fresh}.password`;
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, access.password + "\n", { mode: 0o600 });
  if (user) {
    chownSync(passwordFile, user.uid, user.gid);
  }
  const args = [
    `--pgdata=${fresh}`,
    `--username=${access.user}`,
    `--pwfile=${passwordFile}`,
    "--auth-host=scram-sha-256",
    "--auth-local=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
  ];
  try {
    await run(binaries.initdb, args, { ...user, cwd: fresh, env: environment(), signal });
    renameSync(fresh, data);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

async function launch(placement: Placement, access: PostgresAccess, options: StartOptions): Promise<void> {
  const { user, binaries, data } = placement;
  await claimPort(data, access.port, options.signal);
  rmSync(path.join(data, "postmaster.pid"), { force: true });
  const log = openSync(logFile(options.directory), "w", 0o600);
  const flags = Object.entries({ ...settings, port: String(access.port) }).flatMap(([key, value]) => [
    "-c",
    `${key}=${value}`,
  ]);
  const child = spawn(binaries.postgres, ["-D", data, ...flags], {
    ...user,
    cwd: data,
    env: environment(),
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  child.unref();
  if (child.pid === undefined) {
    return failed;
  }
  await Promise.race([failed, waitUntilReady(data, child.pid, options)]);
}

async function claimPort(data: string, port: number, signal?: AbortSignal): Promise<void> {
  const leftBehind = existsSync(path.join(data, "postmaster.pid"));
  const deadline = Date.now() + (leftBehind ? orphansTimeoutMs : 0);
  while (!(await isFree(port))) {
    if (Date.now() >= deadline) {
      throw new PostgresStartError(
        `Port ${port} on 127.0.0.1 is taken by another program, and the local PostgreSQL must listen there: tenants' endpoints name it. ` +
          "Stop that program and start again, or give up this local cloud with: npm run local -- reset",
      );
    }
    await sleep(pollMs, undefined, { signal });
  }
}

async function waitUntilReady(data: string, pid: number, options: StartOptions): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (!runningPostmaster(data)?.ready) {
    if (options.signal?.aborted) {
      process.kill(pid, "SIGINT");
      options.signal.throwIfAborted();
    }
    if (!isAlive(pid)) {
      throw new PostgresStartError(`PostgreSQL ended while it started. ${lastLines(options.directory)}`);
    }
    if (Date.now() > deadline) {
      throw new PostgresStartError(
        `PostgreSQL was not ready within ${startTimeoutMs / 1000} s. ${lastLines(options.directory)}`,
      );
    }
    await sleep(pollMs);
  }
}

function logFile(directory: string): string {
  return path.join(directory, "postgres.log");
}

function lastLines(directory: string): string {
  const file = logFile(directory);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-5);
  return `The last lines of ${file}:\n${lines.join("\n")}`;
}

/** Nothing of the caller's PG* settings; C, so that its messages are in English. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: "C" };
}

function run(
  command: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number; signal?: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (chunk: Buffer) => (output += chunk.toString("utf8"));
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("error", reject);
    child.once("close", (code, killedBy) => {
      if (code === 0) {
        resolve();
      } else {
        reject(
          new PostgresStartError(
            `${path.basename(command)} failed (${killedBy ?? `exit code ${code}`}):\n${output.trim()}`,
          ),
        );
      }
    });
  });
}
