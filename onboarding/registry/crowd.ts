import { sql } from "kysely";
import { OPEN_STATUSES } from "../lifecycle";
import { nameOf } from "./actor";
import type { Tx } from "./transaction";
import type { Actor } from "./types";

/** Which of somebody's open operations to count. */
export interface OpenCount {
  readonly requester: Actor;
  /** Plans, or everything but plans. */
  readonly plans: boolean;
  /** Only those on this tenant. */
  readonly tenantId?: string;
}

/** How many operations somebody has that have not ended. */
export async function countOpen({ db }: Tx, { requester, plans, tenantId }: OpenCount): Promise<number> {
  let query = db
    .selectFrom("tenantry.operations")
    .select((eb) => eb.fn.countAll<string>().as("count"))
    .where("requester", "=", nameOf(requester))
    .where("status", "in", [...OPEN_STATUSES])
    .where("kind", plans ? "=" : "!=", "plan");
  if (tenantId !== undefined) query = query.where("tenant_id", "=", tenantId);
  return Number((await query.executeTakeFirstOrThrow()).count);
}

/** Lets one transaction at a time take somebody's requests in, until it ends, so that what is counted stays so. */
export async function lockRequester({ db }: Tx, requester: Actor): Promise<void> {
  const name = `tenantry-requester:${nameOf(requester)}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(db);
}

/** What decides an operation's place in the queue. */
export interface Places {
  /** The place it has, where it was in the queue before. */
  readonly own?: number;
  /** The last place that its requester has: plans count among plans, everything else among everything else. */
  readonly last?: number;
}

/** Reads the place of an operation, and those of what is in the queue or running for the same requester. */
export async function placesOf({ db }: Tx, operationId: string): Promise<Places> {
  const { own, last } = await db
    .selectFrom("tenantry.operations as own")
    .leftJoin("tenantry.operations as other", (join) =>
      join
        .onRef("other.requester", "=", "own.requester")
        .onRef("other.id", "!=", "own.id")
        .on("other.status", "in", ["queued", "running"])
        .on(sql<boolean>`(other.kind = 'plan') = (own.kind = 'plan')`),
    )
    .where("own.id", "=", operationId)
    .groupBy("own.id")
    .select((eb) => ["own.place as own", eb.fn.max("other.place").as("last")])
    .executeTakeFirstOrThrow();
  return { own: own ?? undefined, last: last ?? undefined };
}
