import { type Kysely, sql } from "kysely";
import { z } from "zod";
import { lockNumber } from "./locks";
import { eventOf, webhookOf } from "./rows";
import type { Database } from "./schema";
import type { Seal } from "./seal";
import type { TenantEvent, Webhook } from "./types";

/** A delivery that a dispatcher has taken for a while. */
export interface ClaimedDelivery {
  readonly webhook: Webhook;
  /** What to sign with; none where the webhook's secret cannot be opened with this process's key. */
  readonly secrets: readonly string[];
  readonly event: TenantEvent;
  /** How many attempts there were before this one. */
  readonly attempts: number;
  /** Tells this claim from a later one of the same delivery. */
  readonly claim: string;
}

/** How long a dispatcher has a delivery to itself, seconds. A dead dispatcher's are taken by another after that. */
const LEASE_SECONDS = 60;

/** How many of one webhook's deliveries are claimed at a time at most: a slow receiver must not hold up the others. */
const CLAIMS_PER_WEBHOOK = 3;

interface Claim {
  readonly webhook_id: string;
  readonly event_id: string;
  readonly claim: string;
}

/** The queue of deliveries: what dispatchers take from and report to. */
export class Deliveries {
  constructor(
    private readonly db: Kysely<Database>,
    private readonly seal: Seal,
  ) {}

  /**
   * Takes deliveries that are due: of each webhook and tenant only the earliest that is pending, so that one that waits for
   * its retry holds back those behind it, and nothing arrives out of order; of each webhook no more than three at a time.
   */
  async claim(limit: number): Promise<ClaimedDelivery[]> {
    const rows = await this.db.transaction().execute(async (tx) => {
      // one at a time, so that what is counted is what there is
      await sql`select pg_advisory_xact_lock(${lockNumber("claimDeliveries")})`.execute(tx);
      const taken = await sql<Claim>`
        update tenantry.deliveries taken
        set leased_until = now() + ${LEASE_SECONDS} * interval '1 second', claim = gen_random_uuid()
        from (
          select * from (
            select delivery.webhook_id, delivery.event_id, delivery.next_attempt_at,
              coalesce(busy.claims, 0) + row_number() over (
                partition by delivery.webhook_id order by delivery.next_attempt_at, delivery.position
              ) as place
            from tenantry.deliveries delivery
            join (
              select webhook_id, tenant_id, min(position) as position
              from tenantry.deliveries where status = 'pending' group by webhook_id, tenant_id
            ) head using (webhook_id, tenant_id, position)
            left join (
              select webhook_id, count(*) as claims
              from tenantry.deliveries where status = 'pending' and leased_until >= now() group by webhook_id
            ) busy using (webhook_id)
            where delivery.status = 'pending'
              and delivery.next_attempt_at <= now()
              and (delivery.leased_until is null or delivery.leased_until < now())
          ) waiting
          where place <= ${CLAIMS_PER_WEBHOOK}
          order by next_attempt_at
          limit ${limit}
        ) due
        where taken.webhook_id = due.webhook_id and taken.event_id = due.event_id
          and taken.status = 'pending' and (taken.leased_until is null or taken.leased_until < now())
        returning taken.webhook_id, taken.event_id, taken.claim
      `.execute(tx);
      return taken.rows;
    });
    const read = await Promise.all(rows.map((row) => this.read(row)));
    return read.filter((claimed) => claimed !== undefined);
  }

  /** Notes that a delivery has arrived. */
  async succeed(claimed: ClaimedDelivery): Promise<void> {
    await this.report(claimed, {
      status: "delivered",
      attempts: claimed.attempts + 1,
      last_error: null,
      delivered_at: new Date(),
    });
  }

  /** Notes that a delivery has failed, and when it is tried again. */
  async fail(claimed: ClaimedDelivery, error: string, next: Date | "dead"): Promise<void> {
    await this.report(claimed, {
      status: next === "dead" ? "dead" : "pending",
      attempts: claimed.attempts + 1,
      last_error: error,
      ...(next === "dead" ? {} : { next_attempt_at: next }),
    });
  }

  /** Changes what is still this claim's: one that ran out may be another's by now, or delivered, or sent again by hand. */
  private async report(
    { webhook, event, claim }: ClaimedDelivery,
    change: {
      status: string;
      attempts: number;
      last_error: string | null;
      next_attempt_at?: Date;
      delivered_at?: Date;
    },
  ): Promise<void> {
    await this.db
      .updateTable("tenantry.deliveries")
      .set({ ...change, leased_until: null, claim: null })
      .where("webhook_id", "=", webhook.id)
      .where("event_id", "=", event.id)
      .where("status", "=", "pending")
      .where("claim", "=", claim)
      .execute();
  }

  /** All of a claimed delivery; undefined where its webhook was removed meanwhile. */
  private async read({ webhook_id, event_id, claim }: Claim): Promise<ClaimedDelivery | undefined> {
    const [webhook, event, delivery] = await Promise.all([
      this.db.selectFrom("tenantry.webhooks").selectAll().where("id", "=", webhook_id).executeTakeFirst(),
      this.db.selectFrom("tenantry.events").selectAll().where("id", "=", event_id).executeTakeFirstOrThrow(),
      this.db
        .selectFrom("tenantry.deliveries")
        .select("attempts")
        .where("webhook_id", "=", webhook_id)
        .where("event_id", "=", event_id)
        .executeTakeFirst(),
    ]);
    if (webhook === undefined || delivery === undefined) return undefined;
    return {
      webhook: webhookOf(webhook),
      // sealed with another key: the others of the batch are not to wait for it
      secrets: await this.seal.open(webhook.secret).then(
        (secret) => [secret],
        () => [],
      ),
      event: eventOf(event),
      attempts: z.int().parse(delivery.attempts),
      claim,
    };
  }
}
