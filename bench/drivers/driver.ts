import { type ChildProcess, fork } from "node:child_process";
import * as path from "node:path";
import { treeCpuSeconds, treePssBytes } from "../measure/process-tree";
import { type Way, driverAnswer } from "./protocol";

/** How often memory is read, milliseconds: often enough to see an operation's peak, seldom enough not to be seen itself. */
const SAMPLE_MS = 250;

/** What bringing tenants up took. */
export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

/** What bringing many tenants up took. */
export interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most memory that was held meanwhile, bytes. */
  readonly peakBytes: number;
}

/** A process that brings tenants up in one of the ways. */
export class Driver {
  private constructor(
    readonly way: Way,
    private readonly child: ChildProcess,
  ) {}

  /** Starts a driver. */
  static start(way: Way, environment: Readonly<Record<string, string | undefined>>): Driver {
    const child = fork(path.join(__dirname, `${way}.ts`), [], {
      execArgv: ["--require", "tsx/cjs"],
      env: { ...environment },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    return new Driver(way, child);
  }

  /**
   * Brings one tenant up.
   *
   * @throws Error where it did not come up
   */
  async measure(id: string): Promise<Cost> {
    const before = treeCpuSeconds(this.pid);
    const wallSeconds = await this.up([id]);
    return { wallSeconds, cpuSeconds: treeCpuSeconds(this.pid) - before };
  }

  /**
   * Brings tenants up at once. Returns the most memory that the driver and all it started held meanwhile, bytes.
   *
   * @throws Error where one did not come up
   */
  peakBytes(ids: readonly string[]): Promise<number> {
    return this.peakDuring(() => this.up(ids));
  }

  /**
   * Brings many tenants up, so many at once.
   *
   * @throws Error where one did not come up
   */
  async measureInLanes(ids: readonly string[], lanes: number): Promise<Measured> {
    const before = treeCpuSeconds(this.pid);
    let seconds = 0;
    const peakBytes = await this.peakDuring(async () => void (seconds = await this.up(ids, lanes)));
    return { seconds, cpuSeconds: treeCpuSeconds(this.pid) - before, peakBytes };
  }

  /** Memory it and all it started hold now, bytes. */
  heldBytes(): number {
    return treePssBytes(this.pid);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.disconnect();
    await ended;
  }

  private async peakDuring(work: () => Promise<unknown>): Promise<number> {
    let peak = 0;
    const timer = setInterval(() => (peak = Math.max(peak, this.heldBytes())), SAMPLE_MS);
    try {
      await work();
    } finally {
      clearInterval(timer);
    }
    return peak;
  }

  private get pid(): number {
    if (this.child.pid === undefined) throw new Error(`the ${this.way} driver did not start`);
    return this.child.pid;
  }

  private up(ids: readonly string[], lanes = ids.length): Promise<number> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void =>
        reject(new Error(`the ${this.way} driver ended with ${code}`));
      this.child.once("exit", ended);
      this.child.once("message", (message) => {
        this.child.off("exit", ended);
        const answer = driverAnswer.parse(message);
        if (answer.ok) resolve(answer.wallSeconds);
        else reject(new Error(`${this.way}: ${answer.error}`));
      });
      this.child.send({ ids, lanes });
    });
  }
}
