import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import * as path from "node:path";
import type { CompiledPack } from "./pack";

/** Ends the analyzer when its engine is gone, however that ended. */
const WATCH = path.join(__dirname, "exit-with-parent.cjs");

/** How long a pack may take to load, milliseconds. */
const START_MS = 30_000;

/**
 * A policy pack's process: the pack's own program, which serves any number of engines one after another or at once. It
 * is told nothing of any stack, so that what it judges cannot depend on who started it.
 */
export class Analyzer {
  /** Whether it can still be used. */
  alive = true;

  private constructor(
    private readonly child: ChildProcess,
    /** Where it listens on 127.0.0.1. */
    readonly port: number,
  ) {
    child.on("exit", () => (this.alive = false));
  }

  /** Its process id. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /**
   * Starts a pack.
   *
   * @throws Error with what it printed, where it did not start
   */
  static start(pack: CompiledPack): Promise<Analyzer> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ["--require", WATCH, pack.main], {
        cwd: pack.directory,
        stdio: ["pipe", "pipe", "pipe"],
        detached: true,
        env: { ...process.env, NODE_OPTIONS: "" },
      });
      let printed = "";
      let complaint = "";
      const fail = (why: string): void => {
        clearTimeout(timer);
        child.kill("SIGKILL");
        reject(new Error(`policy pack ${pack.directory} did not start: ${why}`));
      };
      const timer = setTimeout(() => fail(`nothing heard for ${START_MS / 1000} s`), START_MS);
      child.stderr
        .setEncoding("utf8")
        .on("data", (text: string) => (complaint = (complaint + text).slice(-4096)));
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        const port = /^(\d+)\r?\n/.exec(printed)?.[1];
        if (port === undefined) return;
        clearTimeout(timer);
        child.removeAllListeners("exit");
        child.stdout.removeAllListeners("data").resume();
        resolve(new Analyzer(child, Number(port)));
      });
      child.on("error", (error) => fail(error.message));
      child.on("exit", (code) => fail(complaint.trim() || `it ended with ${code}`));
      // It must not keep an engine alive that has nothing else to do.
      child.unref();
      for (const pipe of [child.stdin, child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
    });
  }

  /** Ends it. */
  stop(): void {
    this.alive = false;
    this.child.kill("SIGTERM");
  }
}
