import { type Kysely, sql } from "kysely";
import { z } from "zod";
import { eventOf, webhookOf } from "./rows";
import type { Database } from "./schema";
import type { Seal } from "./seal";
import type { TenantEvent, Webhook } from "./types";

/** A delivery that a dispatcher has taken for a while. */
export interface ClaimedDelivery {
  readonly webhook: Webhook;
  /** What to sign with. */
  readonly secrets: readonly string[];
  readonly event: TenantEvent;
  /** How many attempts there were before this one. */
  readonly attempts: number;
}

/** How long a dispatcher has a delivery to itself, seconds. A dead dispatcher's are taken by another after that. */
const LEASE_SECONDS = 60;

/** The queue of deliveries: what dispatchers take from and report to. */
export class Deliveries {
  constructor(
    private readonly db: Kysely<Database>,
    private readonly seal: Seal,
  ) {}

  /**
   * Takes deliveries that are due: of each webhook and tenant only the earliest that is pending, so that one that waits for
   * its retry holds back those behind it, and nothing arrives out of order.
   */
  async claim(limit: number): Promise<ClaimedDelivery[]> {
    const { rows } = await sql<{ webhook_id: string; event_id: string }>`
      update tenantry.deliveries taken
      set leased_until = now() + ${LEASE_SECONDS} * interval '1 second'
      from (
        select delivery.webhook_id, delivery.event_id
        from tenantry.deliveries delivery
        join (
          select webhook_id, tenant_id, min(position) as position
          from tenantry.deliveries where status = 'pending' group by webhook_id, tenant_id
        ) head using (webhook_id, tenant_id, position)
        where delivery.status = 'pending'
          and delivery.next_attempt_at <= now()
          and (delivery.leased_until is null or delivery.leased_until < now())
        order by delivery.next_attempt_at
        limit ${limit}
        for update of delivery skip locked
      ) due
      where taken.webhook_id = due.webhook_id and taken.event_id = due.event_id
        and taken.status = 'pending' and (taken.leased_until is null or taken.leased_until < now())
      returning taken.webhook_id, taken.event_id
    `.execute(this.db);
    return Promise.all(rows.map(({ webhook_id, event_id }) => this.read(webhook_id, event_id)));
  }

  /** Notes that a delivery has arrived. */
  async succeed({ webhook, event, attempts }: ClaimedDelivery): Promise<void> {
    await this.report(webhook.id, event.id, {
      status: "delivered",
      attempts: attempts + 1,
      last_error: null,
      delivered_at: new Date(),
    });
  }

  /** Notes that a delivery has failed, and when it is tried again. */
  async fail(
    { webhook, event, attempts }: ClaimedDelivery,
    error: string,
    next: Date | "dead",
  ): Promise<void> {
    await this.report(webhook.id, event.id, {
      status: next === "dead" ? "dead" : "pending",
      attempts: attempts + 1,
      last_error: error,
      ...(next === "dead" ? {} : { next_attempt_at: next }),
    });
  }

  private async report(
    webhookId: string,
    eventId: string,
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
      .set({ ...change, leased_until: null })
      .where("webhook_id", "=", webhookId)
      .where("event_id", "=", eventId)
      .execute();
  }

  private async read(webhookId: string, eventId: string): Promise<ClaimedDelivery> {
    const [webhook, event, delivery] = await Promise.all([
      this.db
        .selectFrom("tenantry.webhooks")
        .selectAll()
        .where("id", "=", webhookId)
        .executeTakeFirstOrThrow(),
      this.db.selectFrom("tenantry.events").selectAll().where("id", "=", eventId).executeTakeFirstOrThrow(),
      this.db
        .selectFrom("tenantry.deliveries")
        .select("attempts")
        .where("webhook_id", "=", webhookId)
        .where("event_id", "=", eventId)
        .executeTakeFirstOrThrow(),
    ]);
    return {
      webhook: webhookOf(webhook),
      secrets: [await this.seal.open(webhook.secret)],
      event: eventOf(event),
      attempts: z.int().parse(delivery.attempts),
    };
  }
}
