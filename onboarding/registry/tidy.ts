import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Database } from "./schema";

/** Days that what is kept. Tenants, operations with their results, and the audit log are kept for ever. */
export const RETENTION_DAYS = {
  /** The answers to idempotent requests. */
  idempotency: 7,
  /** The steps of workflows that came to their end, after it. */
  workflows: 30,
  /** The progress of operations, after their end. */
  progress: 90,
  /** Deliveries that have arrived or are dead, after their last attempt was due; until then they can be sent again. */
  deliveries: 90,
  /** Events: a year and a month, so that a year can be looked back on. What is still to be delivered stays. */
  events: 400,
} as const;

/** The time before which something is old. */
export function oldBefore(what: keyof typeof RETENTION_DAYS, now: Date): Date {
  return new Date(now.getTime() - RETENTION_DAYS[what] * 24 * 3_600_000);
}

/** Rows that are deleted in one transaction. */
const BATCH = 1000;

/** What was deleted, by table. */
export type Tidied = Readonly<Record<Tidy, number>>;

type Tidy = Exclude<keyof typeof RETENTION_DAYS, "workflows">;

/** Which rows of each table are old; deliveries go before the events that they are of. */
const OLD = {
  idempotency: (before) => sql`created_at < ${before}`,
  progress: (before) => sql`at < ${before} and exists (
    select from tenantry.operations where id = operation_id and ended_at < ${before}
  )`,
  deliveries: (before) => sql`status <> 'pending' and next_attempt_at < ${before}`,
  events: (before) => sql`at < ${before} and not exists (
    select from tenantry.deliveries where event_id = events.id
  )`,
} as const satisfies Record<Tidy, (before: Date) => RawBuilder<unknown>>;

/** Deletes what is old, a batch at a time. */
export async function tidy(db: Kysely<Database>, now: Date): Promise<Tidied> {
  const remove = (table: Tidy): Promise<number> => removeAll(db, table, OLD[table](oldBefore(table, now)));
  return {
    idempotency: await remove("idempotency"),
    progress: await remove("progress"),
    deliveries: await remove("deliveries"),
    events: await remove("events"),
  };
}

async function removeAll(db: Kysely<Database>, table: Tidy, old: RawBuilder<unknown>): Promise<number> {
  const rows = sql.table(`tenantry.${table}`);
  let removed = 0;
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from ${rows} where ctid = any (array(select ctid from ${rows} where ${old} limit ${BATCH}))
    `.execute(db);
    removed += Number(numAffectedRows);
    if (numAffectedRows < BATCH) return removed;
  }
}
