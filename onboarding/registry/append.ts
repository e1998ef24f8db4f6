import { type Kysely, sql } from "kysely";
import { lockNumber } from "./locks";
import type { Database } from "./schema";

/**
 * Lets one transaction at a time append to events and audit log, until it ends: who reads on from a position then never
 * misses one that was given out earlier and committed later. A transaction that changes a tenant locks its row first.
 */
export async function appendInOrder(db: Kysely<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockNumber("append")})`.execute(db);
}
