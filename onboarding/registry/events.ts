import { type Kysely, sql } from "kysely";
import { appendInOrder } from "./append";
import { Cursors } from "./page";
import { eventOf } from "./rows";
import type { Database } from "./schema";
import type { Tx } from "./transaction";
import type { Page, TenantEvent } from "./types";

/** Which events to list. */
export interface EventQuery {
  readonly tenantId?: string;
  readonly type?: string;
  readonly after?: string;
  readonly limit: number;
}

/** Where a reader of events goes on. */
export const EVENT_CURSORS = new Cursors("events");

/** Reads events. */
export class Events {
  constructor(private readonly db: Kysely<Database>) {}

  /** Events in the order in which they happened. */
  async list({ tenantId, type, after, limit }: EventQuery): Promise<Page<TenantEvent>> {
    let query = this.db
      .selectFrom("tenantry.events")
      .selectAll()
      .orderBy("position")
      .limit(limit + 1);
    const cursor = EVENT_CURSORS.read(after);
    if (cursor !== undefined) query = query.where("position", ">", cursor);
    if (tenantId !== undefined) query = query.where("tenant_id", "=", tenantId);
    if (type !== undefined) query = query.where("type", "=", type);
    return EVENT_CURSORS.page((await query.execute()).map(eventOf), limit, ({ position }) =>
      String(position),
    );
  }
}

/** An event that is to be written. */
export interface NewEvent {
  /** The same for the same occurrence, however often the step that tells of it runs. */
  readonly id: string;
  readonly tenantId: string;
  readonly operationId?: string;
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Writes an event and its deliveries in the transaction of what it tells of. One that has been written is left as it is, so
 * a step may run twice. The tenant's row gives out the sequence, so events of one tenant never pass each other.
 */
export async function addEvent({ db }: Tx, event: NewEvent): Promise<void> {
  const { id, tenantId, operationId, type, data = {} } = event;
  const known = await db.selectFrom("tenantry.events").select("id").where("id", "=", id).executeTakeFirst();
  if (known !== undefined) return;
  const { sequence } = await db
    .updateTable("tenantry.tenants")
    .set((eb) => ({ next_sequence: eb("next_sequence", "+", "1") }))
    .where("id", "=", tenantId)
    .returning(sql<string>`next_sequence - 1`.as("sequence"))
    .executeTakeFirstOrThrow();
  await appendInOrder(db);
  const { position } = await db
    .insertInto("tenantry.events")
    .values({
      id,
      sequence,
      tenant_id: tenantId,
      operation_id: operationId ?? null,
      type,
      data: JSON.stringify(data),
    })
    .returning("position")
    .executeTakeFirstOrThrow();
  await db
    .insertInto("tenantry.deliveries")
    .columns(["webhook_id", "event_id", "tenant_id", "position"])
    .expression((eb) =>
      eb
        .selectFrom("tenantry.webhooks")
        .select((w) => [
          w.ref("id").as("webhook_id"),
          sql<string>`${id}`.as("event_id"),
          sql<string>`${tenantId}`.as("tenant_id"),
          sql<string>`${position}::bigint`.as("position"),
        ])
        .where("enabled", "=", true)
        .where((w) => w.or([w("tenant_id", "is", null), w("tenant_id", "=", tenantId)]))
        .where(sql<boolean>`(types = '{}' or ${type} = any (types))`),
    )
    .execute();
}
