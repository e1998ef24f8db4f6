import { type Kysely, sql } from "kysely";
import type { Database } from "./schema";

/** What a turn takes, milliseconds. */
export interface SlotTimes {
  /** How much later the next turn is for it. */
  readonly costMs: number;
  /** How far turns may come before their time after a pause. */
  readonly toleranceMs: number;
}

/**
 * Turns of calls that all processes share, by the generic cell rate algorithm: of each service its row knows when the next
 * turn is. One statement gives it out, by the database's clock and in the order in which rows' locks are, first come, first
 * served; the table is unlogged, for what a crash of PostgreSQL takes of it is a second's worth of waiting.
 */
export class CallSlots {
  constructor(private readonly db: Kysely<Database>) {}

  /** Gives out the next turn of a service; the milliseconds until it comes, from when this returns. */
  async reserve(service: string, { costMs, toleranceMs }: SlotTimes): Promise<number> {
    const cost = sql`make_interval(secs => ${costMs / 1000})`;
    const earliest = sql`clock_timestamp() - make_interval(secs => ${toleranceMs / 1000})`;
    const { rows } = await sql<{ wait: number }>`
      insert into tenantry.call_slots as slots (service, next_at) values (${service}, ${earliest} + ${cost})
      on conflict (service) do update set next_at = greatest(slots.next_at, ${earliest}) + ${cost}
      returning extract(epoch from next_at - ${cost} - clock_timestamp())::float8 * 1000 as wait
    `.execute(this.db);
    return Math.max(0, rows[0]?.wait ?? 0);
  }
}
