import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceWorld } from "../e2e/service-world";
import { type Random, pick } from "./random";

/** Time between two kills, milliseconds: from next to none to longer than an onboarding. */
const PAUSE_MS = { least: 200, most: 12_000 };

/** A worker that was killed. */
export interface Kill {
  /** `process` leaves the engine's processes alive for a while; `group` ends them, too. */
  readonly what: "process" | "group";
  /** What the worker was at, as `<kind> <step>`. */
  readonly at: readonly string[];
}

/** Kills workers at random moments, and starts another for each. */
export class Killer {
  /** All so far. */
  readonly kills: Kill[] = [];

  constructor(
    private readonly service: ServiceWorld,
    private readonly random: Random,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /**
   * Kills so many workers while they are at work.
   *
   * @param signal ends it early
   */
  async run(count: number, signal: AbortSignal): Promise<void> {
    const starting: Promise<unknown>[] = [];
    while (this.kills.length < count && !signal.aborted) {
      const { least, most } = PAUSE_MS;
      await sleep(least + this.random() * (most - least));
      const worker = pick(this.random, [...this.service.workers]);
      const at = await this.workOf(worker.pid);
      const what = this.random() < 0.5 ? "process" : "group";
      // One that still starts is left to: what is killed is to be at work.
      if (at.length === 0) continue;
      await this.service.kill(worker, what);
      this.kills.push({ what, at });
      // Not waited for: the others may be next.
      const another = this.service.startWorker(this.settings);
      another.catch(() => undefined);
      starting.push(another);
    }
    await Promise.all(starting);
  }

  private async workOf(pid: number): Promise<string[]> {
    const executors = await this.service.executors();
    const { items } = await this.service.registry.operations.list({ status: "running", limit: 100 });
    return items
      .filter(({ id }) => executors.get(id) === pid)
      .map(({ kind, step }) => `${kind} ${step ?? "begin"}`);
  }
}
