import { randomBytes, randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { appendAudit } from "./audit";
import { Cursors } from "./page";
import { deliveryOf, webhookOf } from "./rows";
import type { Database } from "./schema";
import type { Seal } from "./seal";
import type { Tx } from "./transaction";
import type { Delivery, Origin, Page, Webhook } from "./types";

/** Which deliveries to list. */
export interface DeliveryQuery {
  readonly status?: Delivery["status"];
  readonly after?: string;
  readonly limit: number;
}

/** What a webhook is made of. */
export interface NewWebhook {
  readonly url: string;
  readonly types: readonly string[];
  readonly tenantId?: string;
}

/** Columns of a webhook that may be read without its secret. */
const COLUMNS = ["id", "position", "url", "types", "tenant_id", "enabled", "created_at"] as const;

const WEBHOOKS = new Cursors("webhooks");
const DELIVERIES = new Cursors("deliveries");

/** Webhooks and what is delivered to them. */
export class Webhooks {
  constructor(
    private readonly db: Kysely<Database>,
    private readonly seal: Seal,
    private readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  ) {}

  /** One webhook. */
  async find(id: string): Promise<Webhook | undefined> {
    const row = await this.db
      .selectFrom("tenantry.webhooks")
      .select(COLUMNS)
      .where("id", "=", id)
      .executeTakeFirst();
    return row && webhookOf(row);
  }

  /** Webhooks in the order in which they were made. */
  async list({ after, limit }: { after?: string; limit: number }): Promise<Page<Webhook>> {
    let query = this.db
      .selectFrom("tenantry.webhooks")
      .select(COLUMNS)
      .orderBy("position")
      .limit(limit + 1);
    const cursor = WEBHOOKS.read(after);
    if (cursor !== undefined) query = query.where("position", ">", cursor);
    const rows = await query.execute();
    const { items, next } = WEBHOOKS.page(rows, limit, ({ position }) => position);
    return { items: items.map(webhookOf), next };
  }

  /** Makes a webhook. Its secret is told here and never again. */
  async create(
    tx: Tx,
    { url, types, tenantId }: NewWebhook,
    origin: Origin,
  ): Promise<{ webhook: Webhook; secret: string }> {
    const secret = `whsec_${randomBytes(32).toString("base64url")}`;
    const row = await tx.db
      .insertInto("tenantry.webhooks")
      .values({
        id: `wh_${randomUUID().replaceAll("-", "")}`,
        url,
        types: [...types],
        tenant_id: tenantId ?? null,
        secret: await this.seal.close(secret),
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    const webhook = webhookOf(row);
    await appendAudit(tx, { origin, action: "webhook.create", tenantId, after: webhook });
    return { webhook, secret };
  }

  /** Removes a webhook and what was to be delivered to it; false where there is none. */
  remove(id: string, origin: Origin): Promise<boolean> {
    return this.transaction(async (tx) => {
      const row = await tx.db
        .deleteFrom("tenantry.webhooks")
        .where("id", "=", id)
        .returning(COLUMNS)
        .executeTakeFirst();
      if (row === undefined) return false;
      const before = webhookOf(row);
      await appendAudit(tx, { origin, action: "webhook.remove", tenantId: before.tenantId, before });
      return true;
    });
  }

  /** What was or is to be delivered to a webhook, the newest event first. */
  async deliveries(webhookId: string, { status, after, limit }: DeliveryQuery): Promise<Page<Delivery>> {
    let query = this.db
      .selectFrom("tenantry.deliveries as delivery")
      .innerJoin("tenantry.events as event", "event.id", "delivery.event_id")
      .selectAll("delivery")
      .select("event.type")
      .where("delivery.webhook_id", "=", webhookId)
      .orderBy("delivery.position", "desc")
      .limit(limit + 1);
    const cursor = DELIVERIES.read(after);
    if (cursor !== undefined) query = query.where("delivery.position", "<", cursor);
    if (status !== undefined) query = query.where("delivery.status", "=", status);
    const rows = await query.execute();
    const { items, next } = DELIVERIES.page(rows, limit, ({ position }) => position);
    return { items: items.map(deliveryOf), next };
  }

  /** Puts a delivery back into the queue, a dead one among them; undefined where there is none. */
  async resend(tx: Tx, webhookId: string, eventId: string, origin: Origin): Promise<Delivery | undefined> {
    const row = await tx.db
      .updateTable("tenantry.deliveries as delivery")
      .from("tenantry.events as event")
      .set({ status: "pending", attempts: 0, next_attempt_at: new Date(), leased_until: null, claim: null })
      .whereRef("event.id", "=", "delivery.event_id")
      .where("delivery.webhook_id", "=", webhookId)
      .where("delivery.event_id", "=", eventId)
      .returningAll("delivery")
      .returning(sql<string>`event.type`.as("type"))
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const delivery = deliveryOf(row);
    const { tenantId } = delivery;
    await appendAudit(tx, { origin, action: "webhook.resend", tenantId, after: { webhookId, eventId } });
    return delivery;
  }
}
