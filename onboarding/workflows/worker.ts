import { DBOS } from "@dbos-inc/dbos-sdk";
import { Takeover } from "./takeover";
import { CellWatch } from "./cell-watch";
import type { Lease } from "./lease";
import { operateWith } from "./operate";
import { APPLICATION, WORKFLOW, WORKFLOW_VERSION, openQueue } from "./queue";
import { UnderWay } from "./under-way";
import { SnapshotWatch } from "./snapshot-watch";
import type { Workshop } from "./workshop";

/** What a worker is made of. */
export interface WorkerOptions {
  /** The registry's database. */
  readonly url: string;
  readonly lease: Lease;
  readonly shop: Workshop;
}

/** How long running steps may take to end once a worker is asked to, milliseconds. */
const ENDING_MS = 30_000;

/** A process that carries operations out. Any number of them may run on the same registry; one a process. */
export class Worker {
  private readonly ending = new AbortController();
  private readonly underWay = new UnderWay();
  private readonly takeover: Takeover;
  private readonly cells: CellWatch;
  private readonly snapshots: SnapshotWatch;

  private constructor(private readonly options: WorkerOptions) {
    this.takeover = new Takeover(options.lease, options.shop, this.underWay);
    this.cells = new CellWatch(options.shop);
    this.snapshots = new SnapshotWatch(options.shop);
  }

  /**
   * Starts it.
   *
   * @throws EngineUnusableError where no stack can be read
   */
  static async start(options: WorkerOptions): Promise<Worker> {
    const worker = new Worker(options);
    await worker.launch();
    return worker;
  }

  /** Takes nothing more on; what runs is left to others where it does not end soon. */
  async stop(): Promise<void> {
    await Promise.all([this.cells.stop(), this.snapshots.stop()]);
    await this.takeover.stop();
    this.ending.abort();
    await this.underWay.settled(ENDING_MS);
    await DBOS.shutdown();
  }

  private async launch(): Promise<void> {
    const { url, lease, shop } = this.options;
    DBOS.setConfig({
      name: APPLICATION,
      systemDatabaseUrl: url,
      executorID: lease.worker,
      applicationVersion: WORKFLOW_VERSION,
      logger: quiet(shop.log),
      runMigrations: false,
    });
    DBOS.registerWorkflow(
      operateWith({ shop, holder: lease, ending: this.ending.signal, underWay: this.underWay }),
      {
        name: WORKFLOW,
        maxRecoveryAttempts: 10_000,
      },
    );
    await this.cells.start();
    await DBOS.launch();
    await openQueue(shop.limits);
    this.takeover.start();
    this.snapshots.start();
  }
}

/** The library's own words are of interest only where something is wrong. */
function quiet(log: Workshop["log"]) {
  const text = (entry: unknown): string => (entry instanceof Error ? entry.message : String(entry));
  return {
    info: () => undefined,
    debug: () => undefined,
    warn: (entry: unknown) => log.warn({ from: "dbos" }, text(entry)),
    error: (entry: unknown) => log.error({ from: "dbos" }, text(entry)),
  };
}
