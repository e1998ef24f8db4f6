import { z } from "@hono/zod-openapi";
import type { TenantEvent } from "../../registry";
import { pageSchema, timeSchema } from "./common";

/** An event, as the API and webhooks tell it. */
const eventSchema = z
  .object({
    id: z.string(),
    position: z.int().openapi({ description: "Grows over all events." }),
    sequence: z.int().openapi({ description: "Grows by one within the tenant." }),
    tenantId: z.string(),
    operationId: z.string().optional(),
    type: z.string().openapi({ examples: ["tenant.active"] }),
    data: z.record(z.string(), z.unknown()),
    at: timeSchema,
  })
  .openapi("TenantEvent");

/** A page of events. */
export const eventPageSchema = pageSchema("TenantEventPage", eventSchema);

/** Makes an event ready to be told. */
export function eventView(event: TenantEvent): z.infer<typeof eventSchema> {
  return eventSchema.parse({ ...event, at: event.at.toISOString() });
}
