import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Lease } from "./lease";
import { APPLICATION } from "./queue";
import type { Log } from "./workshop";

/** Pause between two looks, milliseconds. */
const LOOK_MS = 1000;

/** Takes up what workers that are gone have left. */
export class Takeover {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly lease: Lease,
    private readonly log: Log,
  ) {}

  /** Looks now, and again and again. */
  start(): void {
    this.looking = this.look().finally(() => {
      if (!this.stopped) this.timer = setTimeout(() => this.start(), LOOK_MS);
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
      const pending = await DBOS.listWorkflows({ status: "PENDING", loadInput: false, loadOutput: false });
      const workers = new Set(pending.map(({ executorId }) => executorId ?? ""));
      for (const worker of workers) {
        if (worker !== "" && worker !== this.lease.worker) await this.takeFrom(worker);
      }
    } catch (error) {
      // The registry's database is away; the next look asks again.
      const reason = error instanceof Error ? error.message : String(error);
      this.log.warn(
        { application: APPLICATION, reason },
        "could not look for operations that were left behind",
      );
    }
  }

  private async takeFrom(worker: string): Promise<void> {
    await this.lease.whileGone(worker, async () => {
      const left = await DBOS.listWorkflows({
        status: "PENDING",
        executorId: worker,
        loadInput: false,
        loadOutput: false,
      });
      for (const { workflowID, queueName } of left) {
        this.log.warn({ operation: workflowID, worker }, "taking up an operation of a worker that is gone");
        await DBOS.resumeWorkflow(workflowID, queueName === undefined ? {} : { queueName });
      }
    });
  }
}
