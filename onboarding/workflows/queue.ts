import { setTimeout as sleep } from "node:timers/promises";
import { DBOS, DBOSClient } from "@dbos-inc/dbos-sdk";
import type { Pool, PoolClient } from "pg";
import { lockNumber } from "../registry";
import type { Enqueue, Queue, Withdraw } from "../requests";
import type { WorkerLimits } from "./workshop";

/** Name of the application in the workflows' tables. */
export const APPLICATION = "tenantry";

/** Name of the one workflow. */
export const WORKFLOW = "operate";

/**
 * Version of the workflow's steps. A worker takes up only workflows of its own version: change it when steps are put in
 * another order, and let the old workers finish.
 */
export const WORKFLOW_VERSION = "3";

/** The one queue, in which each cell's operations are a part of their own. */
export const QUEUE = "operations";

/** How soon the queue is looked at again, milliseconds. */
const POLL_MS = 200;

/**
 * Opens the queue, for all workers alike: its limits are in the database, and those that were set last count. A worker's is
 * over all cells, a cell's over all workers; either may be the smaller one.
 */
export async function openQueue({
  perWorker,
  perCell,
}: Pick<WorkerLimits, "perWorker" | "perCell">): Promise<void> {
  await DBOS.registerQueue(QUEUE, {
    workerConcurrency: perWorker,
    partitionConcurrency: perCell,
    minPollingIntervalMs: POLL_MS,
    onConflict: "always_update",
  });
}

/** Workflows that are deleted in one transaction. */
const FORGET_BATCH = 200;

/** Puts operations into the queues of their cells. */
export class OperationQueue implements Queue {
  private constructor(private readonly client: DBOSClient) {}

  /** @param url the registry's database, where the workflows' tables are, too */
  static async open(url: string, pool: Pool): Promise<OperationQueue> {
    await migrateAlone(url, pool);
    const client = await DBOSClient.create({
      systemDatabaseUrl: url,
      systemDatabasePool: pool,
      applicationName: APPLICATION,
    });
    return new OperationQueue(client);
  }

  /** Puts an operation into its cell's part of the queue, in the caller's transaction. The operation's id is the workflow's. */
  readonly enqueue: Enqueue = async ({ client }, { id, cell }, priority) => {
    await this.client.enqueueInTransaction(
      client,
      {
        queueName: QUEUE,
        queuePartitionKey: cell,
        workflowName: WORKFLOW,
        workflowID: id,
        appVersion: WORKFLOW_VERSION,
        priority,
      },
      id,
    );
  };

  /** Takes an operation out of the queue again, in the caller's transaction, as if it had never been there. */
  readonly withdraw: Withdraw = async ({ client }, { id }) => {
    const { rowCount } = await client.query(
      "delete from dbos.workflow_status where workflow_uuid = $1 and status = 'ENQUEUED'",
      [id],
    );
    if (rowCount !== 1) return false;
    // The library keeps what a workflow was asked beside it, and with no foreign key.
    await client.query("delete from dbos.workflow_input where workflow_uuid = $1", [id]);
    return true;
  };

  /**
   * Deletes workflows that came to their end before a time: their operations know all that is asked of them. Those that broke
   * stay, as they are a fault of the service that somebody may look for.
   *
   * @returns how many
   */
  async forget(before: Date): Promise<number> {
    for (let forgotten = 0; ;) {
      const ended = await this.client.listWorkflows({
        status: "SUCCESS",
        completedBefore: before.toISOString(),
        limit: FORGET_BATCH,
        loadInput: false,
        loadOutput: false,
      });
      await this.client.deleteWorkflows(ended.map(({ workflowID }) => workflowID));
      forgotten += ended.length;
      if (ended.length < FORGET_BATCH) return forgotten;
    }
  }

  /** Gives back what it holds. */
  close(): Promise<void> {
    return this.client.destroy();
  }
}

/** Keeps two processes from migrating at once, which the library does not. */
const MIGRATION_LOCK = lockNumber("workflowMigration");

/** Pause between two tries to take it, milliseconds. */
const LOCK_PAUSE_MS = 100;

/** Brings the workflows' tables up to date. */
async function migrateAlone(url: string, pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await takeLock(client);
    await DBOS.migrate(url);
    await client.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]);
  } finally {
    // Closed rather than given back: should the unlocking have failed, the lock goes with the session.
    client.release(true);
  }
}

/**
 * Takes the lock by asking again and again. Who waits for it in the database has a transaction open meanwhile, and the
 * migrations make indexes concurrently, which waits for all of those: both would wait for ever.
 */
async function takeLock(client: PoolClient): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [
      MIGRATION_LOCK,
    ]);
    if (rows[0]?.taken === true) return;
    await sleep(LOCK_PAUSE_MS);
  }
}
