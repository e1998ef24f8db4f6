import { requireKubernetes } from "../cells";
import { ProblemError } from "../lifecycle";
import type { Workshop } from "./workshop";

/** Pause between two looks, milliseconds. */
const LOOK_MS = 20_000;

/** The engine reads no stack: the CLI is gone, say, or its backend does not answer. */
export class EngineUnusableError extends Error {
  override readonly name = "EngineUnusableError";
}

/** Keeps the registry's list of cells. */
export class CellWatch {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly shop: Pick<Workshop, "cells" | "registry" | "limits" | "log">,
    private readonly pauseMs = LOOK_MS,
  ) {}

  /**
   * Looks once, and again from time to time.
   *
   * @throws EngineUnusableError where the first look finds that out: such a worker is not to take operations
   */
  async start(): Promise<void> {
    await this.look();
    this.again();
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private again(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.looking = this.look()
        .catch((error: unknown) => this.tell(error))
        .finally(() => this.again());
    }, this.pauseMs);
  }

  private tell(error: unknown): void {
    const { log } = this.shop;
    if (error instanceof EngineUnusableError)
      log.error({ reason: error.message }, "the worker cannot use its engine");
    else log.warn({ reason: reasonOf(error) }, "the cells could not be looked at");
  }

  private async look(): Promise<void> {
    const { cells, registry } = this.shop;
    const names = await cells.names().catch((cause: unknown) => {
      throw new EngineUnusableError(`the engine can read no stack: ${reasonOf(cause)}`, { cause });
    });
    for (const name of names) await this.lookAt(name);
    for (const { name, ready } of await registry.cells.list()) {
      if (ready && !names.includes(name)) await registry.cells.recordAway(name);
    }
  }

  private async lookAt(name: string): Promise<void> {
    const { cells, registry, limits, log } = this.shop;
    try {
      const { environment, region, domain } = await cells.outputsOf(name);
      const ready = await answers(this.shop, name);
      const capacity = limits.cellCapacity;
      await registry.cells.record({ name, environment, region, domain, capacity, ready });
    } catch (error) {
      // A platform stack that is not up yet is no cell yet; one that no longer is was one.
      if (error instanceof ProblemError) await registry.cells.recordAway(name);
      else log.warn({ cell: name, reason: reasonOf(error) }, "a cell could not be read");
    }
  }
}

async function answers({ cells }: Pick<Workshop, "cells">, name: string): Promise<boolean> {
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
