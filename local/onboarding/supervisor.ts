import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import { repositoryRoot } from "../paths";

/** Ends a worker whose supervisor was killed. */
const WATCH = path.join(repositoryRoot, "tenants", "engine", "policy", "exit-with-parent.cjs");

/** Pauses before a worker that has ended is started again, milliseconds: doubled each time, from the first to the longest. */
const PAUSE = {
  first: 500,
  longest: 15_000,
  /** One that ran so long has been well. */ well: 60_000,
} as const;

/**
 * Process that keeps a local worker going, as Kubernetes does in production: `supervisor.ts <program> <argument>…`. A worker
 * that ended in good order is not started again, nor one that never got as far as to say that it has started: its error is
 * then the supervisor's.
 */
class Supervisor {
  private child: ChildProcess | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pause: number = PAUSE.first;
  private everStarted = false;
  private ending = false;

  constructor(private readonly command: readonly string[]) {}

  /** Starts a worker. */
  start(): void {
    const began = Date.now();
    const child = spawn(process.execPath, ["--require", WATCH, "--require=tsx/cjs", ...this.command], {
      stdio: ["pipe", "inherit", "inherit", "ipc"],
    });
    this.child = child;
    child.on("message", () => (this.everStarted = true));
    child.on("close", (code) => {
      if (this.ending || code === 0 || !this.everStarted) process.exit(code ?? 1);
      if (Date.now() - began > PAUSE.well) this.pause = PAUSE.first;
      process.stdout.write(
        `${JSON.stringify({ msg: "the worker has ended", code, againInMs: this.pause })}\n`,
      );
      this.timer = setTimeout(() => this.start(), this.pause);
      this.pause = Math.min(this.pause * 2, PAUSE.longest);
      this.child = undefined;
    });
  }

  /** Has the worker end in good order, and ends with it. */
  end(): void {
    this.ending = true;
    clearTimeout(this.timer);
    if (this.child === undefined) process.exit(0);
    this.child.kill("SIGTERM");
  }
}

const supervisor = new Supervisor(process.argv.slice(2));
process.on("SIGTERM", () => supervisor.end());
process.on("SIGINT", () => supervisor.end());
supervisor.start();
