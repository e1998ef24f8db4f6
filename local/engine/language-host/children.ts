import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

/** How a child process ended: with an exit code, or by a signal. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const killAfterMs = 2_000;

/** The programs and policy packs this host runs. None of them outlives it. */
export class Children {
  private readonly running = new Set<ChildProcess>();

  spawn(command: string, args: string[], options: SpawnOptions): ChildProcess {
    const child = spawn(command, args, options);
    this.running.add(child);
    child.once("close", () => this.running.delete(child));
    child.once("error", () => this.running.delete(child));
    return child;
  }

  /** Ends one child: asks it to, then insists. */
  stop(child: ChildProcess): void {
    if (!this.running.has(child)) {
      return;
    }
    child.kill("SIGTERM");
    const insist = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.once("close", () => clearTimeout(insist));
  }

  /** Ends all of them as `stop` does. */
  stopAll(): void {
    for (const child of this.running) {
      this.stop(child);
    }
  }

  /** Kills all of them at once. */
  killAll(): void {
    for (const child of this.running) {
      child.kill("SIGKILL");
    }
  }
}

/** Waits until a child has ended and its output is read. */
export function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}
