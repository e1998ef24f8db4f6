import { spawn } from "node:child_process";
import type { Environment } from "../environment";
import { guard } from "./guard";
import { killTree } from "./process-tree";

/** How a process of the CLI ended. */
export interface CliExit {
  /** Its exit code; undefined where a signal ended it. */
  readonly code: number | undefined;
  /** The signal that ended it; undefined where it ended by itself. */
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it was asked to stop. */
  readonly cancelled: boolean;
  /** Whether it was killed. */
  readonly killed: boolean;
}

/** A process of the CLI to start. */
export interface CliCommand {
  readonly pulumi: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: Environment;
  /** Keeps what it prints. Default: it is thrown away, errors excepted. */
  readonly captureStdout?: boolean;
  /** Asks it to stop: once it has finished and recorded what is under way. */
  readonly signal?: AbortSignal;
  /** Kills it and its plugins. */
  readonly killSignal?: AbortSignal;
}

/** The last so many characters of what it complained of are kept. */
const STDERR_LIMIT = 64 * 1024;

/** How long a killed CLI has to take its plugins down itself, milliseconds. */
const KILL_GRACE_MS = 2000;

/**
 * Runs the CLI to its end. It gets a session of its own, so that a Ctrl-C at the terminal reaches it once, from here, and
 * not a second time, which would make it drop what is under way. Where this process is killed, it is asked to end, too.
 *
 * @throws Error where it cannot be started
 */
export function runCli(command: CliCommand): Promise<CliExit> {
  const { pulumi, args, directory, environment, captureStdout = false, signal, killSignal } = command;
  return new Promise((resolve, reject) => {
    const child = spawn(pulumi, args, {
      cwd: directory,
      env: { ...environment },
      detached: true,
      stdio: ["ignore", captureStdout ? "pipe" : "ignore", "pipe"],
    });
    const unguard = child.pid === undefined ? undefined : guard(child.pid);
    const stdout: Buffer[] = [];
    let stderr = "";
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr
      ?.setEncoding("utf8")
      .on("data", (chunk: string) => (stderr = (stderr + chunk).slice(-STDERR_LIMIT)));

    let cancelled = false;
    let killed = false;
    let grace: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      if (cancelled || child.exitCode !== null) return;
      cancelled = true;
      child.kill("SIGINT");
    };
    const kill = (): void => {
      if (killed || child.pid === undefined || child.exitCode !== null) return;
      killed = true;
      cancelled = true;
      const { pid } = child;
      child.kill("SIGINT");
      child.kill("SIGTERM");
      grace = setTimeout(() => killTree(pid), KILL_GRACE_MS);
    };
    if (signal?.aborted === true) cancel();
    if (killSignal?.aborted === true) kill();
    signal?.addEventListener("abort", cancel);
    killSignal?.addEventListener("abort", kill);

    const done = (): void => {
      unguard?.();
      clearTimeout(grace);
      signal?.removeEventListener("abort", cancel);
      killSignal?.removeEventListener("abort", kill);
    };
    child.on("error", (error) => {
      done();
      reject(error);
    });
    child.on("close", (code, endedBy) => {
      done();
      resolve({
        code: code ?? undefined,
        signal: endedBy ?? undefined,
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr,
        cancelled,
        killed,
      });
    });
  });
}
