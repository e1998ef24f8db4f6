import { type OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import type { Webhook } from "../../registry";
import type { ApiDependencies } from "../dependencies";
import type { ApiEnvironment } from "../environment";
import { notFound } from "../problems/not-found";
import { idempotencyHeader, eventIdSchema, opaqueIdSchema, pageQuery } from "../schemas/common";
import { plainBodySchema } from "../schemas/lifecycle";
import {
  DELIVERY_STATUSES,
  deliveryPageSchema,
  deliverySchema,
  deliveryView,
  newWebhookSchema,
  webhookBodySchema,
  webhookPageSchema,
  webhookSchema,
  webhookView,
} from "../schemas/webhook";
import { BODY_PROBLEMS, FIND_PROBLEMS, HEADERS, READ_PROBLEMS, json, permitted } from "./answers";
import { once, originOf } from "./once";

const tags = ["Webhooks"];
const params = z.object({ id: opaqueIdSchema });

const create = createRoute({
  method: "post",
  path: "/v1/webhooks",
  operationId: "createWebhook",
  summary: "Send events to an address",
  tags,
  ...permitted("webhooks.write"),
  request: {
    headers: z.object(idempotencyHeader),
    body: { required: true, content: { "application/json": { schema: webhookBodySchema } } },
  },
  responses: {
    201: json(newWebhookSchema, "The webhook, with the secret that its deliveries are signed with.", {
      Location: { description: "Where the webhook is.", schema: { type: "string" } },
      ...HEADERS.replayed,
    }),
    ...READ_PROBLEMS,
    ...BODY_PROBLEMS,
  },
});

const list = createRoute({
  method: "get",
  path: "/v1/webhooks",
  operationId: "listWebhooks",
  summary: "List webhooks",
  tags,
  ...permitted("webhooks.read"),
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: json(webhookPageSchema, "Webhooks in the order they were made."), ...READ_PROBLEMS },
});

const find = createRoute({
  method: "get",
  path: "/v1/webhooks/{id}",
  operationId: "getWebhook",
  summary: "Read a webhook",
  tags,
  ...permitted("webhooks.read"),
  request: { params },
  responses: { 200: json(webhookSchema, "The webhook."), ...FIND_PROBLEMS },
});

const remove = createRoute({
  method: "delete",
  path: "/v1/webhooks/{id}",
  operationId: "deleteWebhook",
  summary: "Send no more events to an address",
  tags,
  ...permitted("webhooks.write"),
  request: { params },
  responses: { 204: { description: "It is gone." }, ...FIND_PROBLEMS },
});

const deliveries = createRoute({
  method: "get",
  path: "/v1/webhooks/{id}/deliveries",
  operationId: "listDeliveries",
  summary: "List what was or is to be delivered to a webhook",
  tags,
  ...permitted("webhooks.read"),
  request: {
    params,
    query: z.strictObject({ ...pageQuery, status: z.enum(DELIVERY_STATUSES).optional() }),
  },
  responses: { 200: json(deliveryPageSchema, "Deliveries, the newest event first."), ...FIND_PROBLEMS },
});

const resend = createRoute({
  method: "post",
  path: "/v1/webhooks/{id}/deliveries/{eventId}/resend",
  operationId: "resendDelivery",
  summary: "Deliver an event again",
  tags,
  ...permitted("webhooks.write"),
  request: {
    params: params.extend({ eventId: eventIdSchema }),
    headers: z.object(idempotencyHeader),
    body: { content: { "application/json": { schema: plainBodySchema } } },
  },
  responses: {
    202: json(deliverySchema, "It is in the queue again.", HEADERS.replayed),
    ...FIND_PROBLEMS,
    ...BODY_PROBLEMS,
  },
});

/** Adds the endpoints of webhooks. */
export function registerWebhooks(
  app: OpenAPIHono<ApiEnvironment>,
  { registry, checkWebhookTarget }: ApiDependencies,
): void {
  const { webhooks } = registry;
  const existing = async (id: string): Promise<Webhook> => {
    const webhook = await webhooks.find(id);
    if (webhook === undefined) throw notFound("webhook", id);
    return webhook;
  };
  app.openapi(create, async (c) => {
    const input = c.req.valid("json");
    // Looked up before the transaction, which is not to wait for it, and told within: what comes again is answered again, whatever
    // the name leads to by now.
    const checked = checkWebhookTarget(input.url);
    await Promise.allSettled([checked]);
    // told to this request only: what is kept for its key has no secret in it
    let secret: string | undefined;
    const webhook = await once(c, registry, webhookSchema, async (tx) => {
      await checked;
      const made = await webhooks.create(tx, input, originOf(c));
      secret = made.secret;
      return { status: 201, body: webhookView(made.webhook) };
    });
    return c.json({ ...webhook, secret }, 201, { Location: `/v1/webhooks/${webhook.id}` });
  });
  app.openapi(list, async (c) => {
    const { items, next } = await webhooks.list(c.req.valid("query"));
    return c.json({ items: items.map(webhookView), next }, 200);
  });
  app.openapi(find, async (c) => c.json(webhookView(await existing(c.req.valid("param").id)), 200));
  app.openapi(remove, async (c) => {
    const { id } = c.req.valid("param");
    if (!(await webhooks.remove(id, originOf(c)))) throw notFound("webhook", id);
    return c.body(null, 204);
  });
  app.openapi(deliveries, async (c) => {
    const { id } = await existing(c.req.valid("param").id);
    const { items, next } = await webhooks.deliveries(id, c.req.valid("query"));
    return c.json({ items: items.map(deliveryView), next }, 200);
  });
  app.openapi(resend, async (c) => {
    const { id, eventId } = c.req.valid("param");
    await existing(id);
    const delivery = await once(c, registry, deliverySchema, async (tx) => {
      const sent = await webhooks.resend(tx, id, eventId, originOf(c));
      if (sent === undefined) throw notFound("delivery", eventId);
      return { status: 202, body: deliveryView(sent) };
    });
    return c.json(delivery, 202);
  });
}
