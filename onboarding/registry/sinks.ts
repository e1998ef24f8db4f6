import { sql } from "kysely";
import { eventOf } from "./rows";
import type { Tx } from "./transaction";
import type { TenantEvent } from "./types";

/** Places that all events are told to, one after the other, and how far each has come. */
export class Sinks {
  constructor(private readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>) {}

  /**
   * Hands the next events to a sink, and notes them as told once `tell` returns; where it throws, or this process ends,
   * they are handed over again. A new sink begins with the first event there is.
   *
   * @param name of the sink; one process at a time is at it
   * @returns how many were told: 0 also where another process is at it
   */
  advance(
    name: string,
    limit: number,
    tell: (events: readonly TenantEvent[]) => Promise<void>,
  ): Promise<number> {
    return this.transaction(async ({ db }) => {
      const { rows } = await sql<{ mine: boolean }>`
        select pg_try_advisory_xact_lock(hashtextextended(${`tenantry-sink:${name}`}, 0)) as mine
      `.execute(db);
      if (rows[0]?.mine !== true) return 0;
      const sink = await db
        .selectFrom("tenantry.sinks")
        .select("position")
        .where("name", "=", name)
        .executeTakeFirst();
      const events = await db
        .selectFrom("tenantry.events")
        .selectAll()
        .where("position", ">", sink?.position ?? "0")
        .orderBy("position")
        .limit(limit)
        .execute();
      const position = events.at(-1)?.position;
      if (position === undefined) return 0;
      await tell(events.map(eventOf));
      await db
        .insertInto("tenantry.sinks")
        .values({ name, position: Number(position) })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ position }))
        .execute();
      return events.length;
    });
  }
}
