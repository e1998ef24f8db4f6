import { DBOS, type WorkflowStatus } from "@dbos-inc/dbos-sdk";
import type { Lease } from "./lease";
import { APPLICATION } from "./queue";
import { endStranded } from "./stranded";
import type { UnderWay } from "./under-way";
import type { Workshop } from "./workshop";

/** Times of a takeover, milliseconds. */
export interface TakeoverTimes {
  /** Pause between two looks. */
  readonly look: number;
  /** How long an operation may be this worker's without being carried out: it has just been claimed, as a rule. */
  readonly idle: number;
  /** Pause between two looks at every open operation. */
  readonly stranded: number;
}

const TIMES = { look: 1_000, idle: 30_000, stranded: 30_000 } satisfies TakeoverTimes;

/** Takes up what workers that are gone have left, and what has been left in this one. */
export class Takeover {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;
  private strandedAt = -Infinity;
  /** Operations that are this worker's and that nothing here carries out, and since when. */
  private idle = new Map<string, number>();

  constructor(
    private readonly lease: Pick<Lease, "worker" | "whileGone">,
    private readonly shop: Pick<Workshop, "log" | "registry" | "enqueue">,
    private readonly underWay: Pick<UnderWay, "has">,
    private readonly times: TakeoverTimes = TIMES,
  ) {}

  /** Looks now, and again and again. */
  start(): void {
    this.looking = this.look().finally(() => {
      if (!this.stopped) this.timer = setTimeout(() => this.start(), this.times.look);
    });
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    try {
      const pending = await pendingOf();
      const workers = new Set(pending.map(({ executorId }) => executorId ?? ""));
      for (const worker of workers) {
        if (worker !== "" && worker !== this.lease.worker) await this.takeFrom(worker);
      }
      await this.takeOwn(pending.filter(({ executorId }) => executorId === this.lease.worker));
      if (performance.now() - this.strandedAt < this.times.stranded) return;
      await endStranded(this.shop);
      this.strandedAt = performance.now();
    } catch (error) {
      // The registry's database is away; the next look asks again.
      const reason = error instanceof Error ? error.message : String(error);
      this.shop.log.warn(
        { application: APPLICATION, reason },
        "could not look for operations that were left behind",
      );
    }
  }

  private async takeFrom(worker: string): Promise<void> {
    await this.lease.whileGone(worker, async () => {
      for (const left of await pendingOf(worker)) {
        const { workflowID: operation } = left;
        this.shop.log.warn({ operation, worker }, "taking up an operation of a worker that is gone");
        await resume(left);
      }
    });
  }

  /** Takes up what this worker has claimed and then could not start, as where the database was away in between. */
  private async takeOwn(own: readonly WorkflowStatus[]): Promise<void> {
    const now = performance.now();
    const idle = own.filter(({ workflowID }) => !this.underWay.has(workflowID));
    this.idle = new Map(idle.map(({ workflowID: id }) => [id, this.idle.get(id) ?? now]));
    for (const left of idle) {
      const { workflowID: operation } = left;
      if (now - (this.idle.get(operation) ?? now) < this.times.idle) continue;
      this.shop.log.warn({ operation }, "taking up an operation that this worker had claimed and not begun");
      await resume(left);
      this.idle.delete(operation);
    }
  }
}

function pendingOf(worker?: string): Promise<WorkflowStatus[]> {
  return DBOS.listWorkflows({ status: "PENDING", executorId: worker, loadInput: false, loadOutput: false });
}

async function resume({ workflowID, queueName }: WorkflowStatus): Promise<void> {
  await DBOS.resumeWorkflow(workflowID, queueName === undefined ? {} : { queueName });
}
