import { DBOS } from "@dbos-inc/dbos-sdk";
import { requireKubernetes } from "../cells";
import { ProblemError } from "../lifecycle";
import { queueOf } from "./queue";
import type { Workshop } from "./workshop";

/** Pause between two looks, milliseconds. */
const LOOK_MS = 20_000;

/** How soon a queue is looked at again, milliseconds. */
const POLL_MS = 200;

/** Keeps the registry's list of cells, and a queue for each. */
export class CellWatch {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;
  private readonly queues = new Set<string>();

  constructor(private readonly shop: Workshop) {}

  /** Looks once, and again from time to time. */
  async start(): Promise<void> {
    this.looking = this.look();
    await this.looking;
    if (!this.stopped) this.timer = setTimeout(() => void this.start(), LOOK_MS);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    const { cells, log } = this.shop;
    try {
      for (const name of await cells.names()) await this.lookAt(name);
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, "the cells could not be read");
    }
  }

  private async lookAt(name: string): Promise<void> {
    const { cells, registry, limits, log } = this.shop;
    try {
      const { environment, region, domain } = await cells.outputsOf(name);
      const ready = await answers(this.shop, name);
      await registry.cells.record({
        name,
        environment,
        region,
        domain,
        capacity: limits.cellCapacity,
        ready,
      });
      if (this.queues.has(name)) return;
      await DBOS.registerQueue(queueOf(name), {
        workerConcurrency: limits.perWorker,
        globalConcurrency: limits.perCell,
        minPollingIntervalMs: POLL_MS,
        onConflict: "always_update",
      });
      this.queues.add(name);
    } catch (error) {
      // A platform stack that is not up yet is no cell yet.
      if (!(error instanceof ProblemError))
        log.warn({ cell: name, reason: reasonOf(error) }, "a cell could not be read");
    }
  }
}

async function answers({ cells }: Workshop, name: string): Promise<boolean> {
  try {
    await requireKubernetes(cells, name);
    return true;
  } catch {
    return false;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
