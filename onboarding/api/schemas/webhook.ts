import { z } from "@hono/zod-openapi";
import type { Delivery, Webhook } from "../../registry";
import { pageSchema, tenantIdSchema, timeSchema, wordSchema } from "./common";

/** Longest address of a webhook, in characters. */
const MAX_URL_LENGTH = 2048;

/** Most event types that a webhook names; more are better said with none. */
const MAX_TYPES = 50;

/** What a client says of a new webhook. */
export const webhookBodySchema = z
  .strictObject({
    url: z
      .url()
      .max(MAX_URL_LENGTH)
      .openapi({ description: "Public https address that events are sent to." }),
    types: z
      .array(wordSchema)
      .max(MAX_TYPES)
      .default([])
      .openapi({ description: "Event types to send; none sends all." }),
    tenantId: tenantIdSchema.optional().openapi({ description: "Only this tenant's events." }),
  })
  .openapi("WebhookInput", {
    examples: [{ url: "https://crm.example.com/hooks/tenantry", types: ["tenant.active"] }],
  });

/** A webhook, as the API tells of it. */
export const webhookSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    types: z.array(z.string()),
    tenantId: z.string().optional(),
    enabled: z.boolean(),
    createdAt: timeSchema,
  })
  .openapi("Webhook");

/** A webhook that was just made. */
export const newWebhookSchema = webhookSchema
  .extend({
    secret: z.string().optional().openapi({
      description:
        "What deliveries are signed with. Told once: an answer that is given again for its Idempotency-Key is without it.",
    }),
  })
  .openapi("NewWebhook");

/** A page of webhooks. */
export const webhookPageSchema = pageSchema("WebhookPage", webhookSchema);

/** How a delivery stands. */
export const DELIVERY_STATUSES = [
  "pending",
  "delivered",
  "dead",
] as const satisfies readonly Delivery["status"][];

/** An event on its way to a webhook, as the API tells of it. */
export const deliverySchema = z
  .object({
    webhookId: z.string(),
    eventId: z.string(),
    eventType: z.string(),
    tenantId: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.int(),
    nextAttemptAt: timeSchema,
    lastError: z.string().optional(),
    deliveredAt: timeSchema.optional(),
  })
  .openapi("Delivery");

/** A page of deliveries. */
export const deliveryPageSchema = pageSchema("DeliveryPage", deliverySchema);

/** Makes a webhook ready to be told. */
export function webhookView(webhook: Webhook): z.infer<typeof webhookSchema> {
  return webhookSchema.parse({ ...webhook, createdAt: webhook.createdAt.toISOString() });
}

/** Makes a delivery ready to be told. */
export function deliveryView(delivery: Delivery): z.infer<typeof deliverySchema> {
  return deliverySchema.parse({
    ...delivery,
    nextAttemptAt: delivery.nextAttemptAt.toISOString(),
    deliveredAt: delivery.deliveredAt?.toISOString(),
  });
}
