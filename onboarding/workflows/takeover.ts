import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Lease } from "./lease";
import { APPLICATION } from "./queue";
import { fail } from "./transitions";
import { lock } from "./turn";
import type { Workshop } from "./workshop";

/** Pause between two looks, milliseconds. */
const LOOK_MS = 1000;

/** Takes up what workers that are gone have left. */
export class Takeover {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly lease: Lease,
    private readonly shop: Pick<Workshop, "log" | "registry" | "enqueue">,
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
      await this.endStranded();
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
      const left = await DBOS.listWorkflows({
        status: "PENDING",
        executorId: worker,
        loadInput: false,
        loadOutput: false,
      });
      for (const { workflowID, queueName } of left) {
        this.shop.log.warn(
          { operation: workflowID, worker },
          "taking up an operation of a worker that is gone",
        );
        await DBOS.resumeWorkflow(workflowID, queueName === undefined ? {} : { queueName });
      }
    });
  }

  /** Ends operations whose workflow is over though they are not: a fault of the service, which somebody has to see. */
  private async endStranded(): Promise<void> {
    const { registry, enqueue, log } = this.shop;
    const { items } = await registry.operations.list({ status: "running", limit: 200 });
    if (items.length === 0) return;
    const over = await DBOS.listWorkflows({
      workflowIDs: items.map(({ id }) => id),
      status: ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
      loadInput: false,
      loadOutput: false,
    });
    for (const { workflowID, status } of over) {
      log.error({ operation: workflowID, status }, "the workflow of a running operation is over");
      const problem = {
        type: "internal",
        detail: `the operation's workflow ended with ${status}`,
        next: "look for the operation's id in the workers' logs; a repair of the tenant goes on from where it stopped",
      } as const;
      await registry.transaction(async (tx) =>
        fail(tx, await lock(tx, workflowID), { problem, untouched: false }, enqueue),
      );
    }
  }
}
