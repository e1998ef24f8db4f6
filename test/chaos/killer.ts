import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceWorld } from "../world/service-world";
import { type Random, pick } from "./random";

/** Time between two kills, milliseconds: from next to none to longer than any step, or nothing would ever be done. */
const PAUSE_MS = { least: 200, most: 18_000 };

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
      const work = await this.work();
      const ready = [...this.service.workers].filter(({ isReady }) => isReady);
      const busy = ready.filter(({ pid }) => work.has(pid));
      // On a slow machine workers would be killed sooner than others start, and nothing would ever be done.
      if (busy.length === 0 || ready.length === 1) continue;
      const worker = pick(this.random, busy);
      const at = work.get(worker.pid) ?? [];
      const what = this.random() < 0.5 ? "process" : "group";
      await this.service.kill(worker, what);
      this.kills.push({ what, at });
      // Not waited for: the others may be next.
      const another = this.service.startWorker(this.settings);
      another.catch(() => undefined);
      starting.push(another);
    }
    await Promise.all(starting);
  }

  /** What each worker is at, by its process id. */
  private async work(): Promise<Map<number, string[]>> {
    const executors = await this.service.executors();
    const { items } = await this.service.registry.operations.list({ status: "running", limit: 100 });
    const work = new Map<number, string[]>();
    for (const { id, kind, step } of items) {
      const pid = executors.get(id);
      if (pid !== undefined) work.set(pid, [...(work.get(pid) ?? []), `${kind} ${step ?? "begin"}`]);
    }
    return work;
  }
}
