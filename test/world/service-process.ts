import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { killTree } from "../../tenants/engine/cli/process-tree";
import { ROOT } from "./world";

const MAIN = path.join(ROOT, "local", "onboarding", "main.ts");

/** How long a process may take to start; most of it is loading the Pulumi SDK. */
const START_MS = 60_000;
const POLL_MS = 25;

/** Processes that were started and not ended, so that none outlives the tests. */
const running = new Set<ServiceProcess>();
process.on("exit", () => running.forEach((one) => one.signal("SIGKILL")));

/** How a process is started. */
export interface ServiceProcessOptions {
  /** The local cloud's instance. */
  readonly instance: string;
  readonly role: "api" | "worker";
  readonly environment: Readonly<Record<string, string>>;
  /** Gets what it prints. */
  readonly logFile: string;
  /** Arguments of Node.js. Default: the role's own process. */
  readonly args?: readonly string[];
}

/** A process of the onboarding service that a test may end as hard as it likes. */
export class ServiceProcess {
  readonly pid: number;
  /** Settles once it has ended, however. */
  readonly ended: Promise<void>;
  private hasEnded = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly options: ServiceProcessOptions,
  ) {
    if (child.pid === undefined) throw new Error(`the ${options.role} could not be started`);
    this.pid = child.pid;
    running.add(this);
    this.ended = new Promise((resolve) => {
      child.once("close", () => {
        this.hasEnded = true;
        running.delete(this);
        resolve();
      });
    });
  }

  /** Starts it; it may not be ready yet. */
  static start(options: ServiceProcessOptions): ServiceProcess {
    const { instance, role, environment, logFile } = options;
    const args = options.args ?? ["--require=tsx/cjs", MAIN, instance, role];
    const log = openSync(logFile, "w", 0o600);
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    return new ServiceProcess(child, options);
  }

  /** What it has printed. */
  get log(): string {
    return readFileSync(this.options.logFile, "utf8");
  }

  /** Whether it works: an API listens, a worker has its lease. */
  get isReady(): boolean {
    return this.log.includes(this.options.role === "api" ? '"api listens"' : '"worker started"');
  }

  /** Waits until it works. */
  async ready(): Promise<void> {
    const { role, logFile } = this.options;
    const deadline = Date.now() + START_MS;
    while (!this.isReady) {
      if (this.hasEnded || Date.now() > deadline) {
        throw new Error(`the ${role} did not start; ${logFile} ends:\n${this.log.slice(-3000)}`);
      }
      await sleep(POLL_MS);
    }
  }

  /**
   * Ends it without a warning (SIGKILL), and waits until it is gone.
   *
   * @param what `process` leaves the engine's processes that it has started to themselves; `group` ends them, too
   */
  async kill(what: "process" | "group" = "process"): Promise<void> {
    if (what === "group") this.signal("SIGKILL");
    else this.child.kill("SIGKILL");
    await this.ended;
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    const late = setTimeout(() => this.signal("SIGKILL"), 40_000);
    await this.ended;
    clearTimeout(late);
  }

  /** Sends a signal to it and what it has started; SIGKILL also to the CLIs, which have sessions of their own. */
  signal(signal: NodeJS.Signals): void {
    try {
      if (signal === "SIGKILL") {
        // All at once: it must not see them go.
        process.kill(this.pid, "SIGSTOP");
        killTree(this.pid);
      }
      process.kill(-this.pid, signal);
    } catch {
      // The whole group is gone already.
    }
  }
}
