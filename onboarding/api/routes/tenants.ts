import { type OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import { PHASES } from "../../lifecycle";
import type { ApiDependencies } from "../dependencies";
import type { ApiEnvironment } from "../environment";
import { etagOf, isNotModified } from "../etag";
import { idempotencyHeader, changeQuery, pageQuery, tenantIdSchema, wordSchema } from "../schemas/common";
import { eventPageSchema, eventView } from "../schemas/event";
import { operationSchema, operationView, planSchema } from "../schemas/operation";
import { tenantPageSchema, tenantSchema, tenantView } from "../schemas/tenant";
import { specBodySchema } from "../schemas/tenant-spec";
import type { ApiSettings } from "../settings";
import { refuseInvalidSpec } from "../validation";
import { CHANGE_PROBLEMS, FIND_PROBLEMS, HEADERS, READ_PROBLEMS, json, permitted } from "./answers";
import { refuseUnpermittedPlan, settledPlan } from "./dry-run";
import { boundTenant, tenantFor } from "./lookup";
import { once, originOf } from "./once";

const tags = ["Tenants"];

const create = createRoute({
  method: "post",
  path: "/v1/tenants",
  operationId: "createTenant",
  summary: "Onboard a tenant",
  tags,
  ...permitted("tenants.create"),
  request: {
    query: z.strictObject(changeQuery),
    headers: z.object(idempotencyHeader),
    body: { required: true, content: { "application/json": { schema: specBodySchema } } },
  },
  responses: {
    200: json(planSchema, "A dry run's plan.", HEADERS.replayed),
    202: json(operationSchema, "Accepted; the operation tells how far it is.", {
      ...HEADERS.location,
      ...HEADERS.replayed,
    }),
    ...CHANGE_PROBLEMS,
  },
});

const list = createRoute({
  method: "get",
  path: "/v1/tenants",
  operationId: "listTenants",
  summary: "List tenants",
  tags,
  ...permitted("tenants.read"),
  request: {
    query: z.strictObject({ ...pageQuery, phase: z.enum(PHASES).optional(), cell: wordSchema.optional() }),
  },
  responses: { 200: json(tenantPageSchema, "Tenants in the order of their ids."), ...READ_PROBLEMS },
});

const find = createRoute({
  method: "get",
  path: "/v1/tenants/{id}",
  operationId: "getTenant",
  summary: "Read a tenant",
  tags,
  ...permitted("tenants.read", "id"),
  request: {
    params: z.object({ id: tenantIdSchema }),
    headers: z.object({ "If-None-Match": z.string().max(1024).optional() }),
  },
  responses: {
    200: json(tenantSchema, "The tenant.", HEADERS.etag),
    304: { description: "It is as it was when the client read it." },
    ...FIND_PROBLEMS,
  },
});

const events = createRoute({
  method: "get",
  path: "/v1/tenants/{id}/events",
  operationId: "listTenantEvents",
  summary: "List what happened to a tenant",
  tags,
  ...permitted("tenants.read", "id"),
  request: {
    params: z.object({ id: tenantIdSchema }),
    query: z.strictObject({ ...pageQuery, type: wordSchema.optional() }),
  },
  responses: { 200: json(eventPageSchema, "Its events."), ...FIND_PROBLEMS },
});

/** Adds the endpoints that make and read tenants. */
export function registerTenants(
  app: OpenAPIHono<ApiEnvironment>,
  { registry, requests }: ApiDependencies,
  settings: ApiSettings,
): void {
  app.openapi(
    create,
    async (c) => {
      const { dryRun, whenBusy } = c.req.valid("query");
      const spec = c.req.valid("json");
      if (dryRun) refuseUnpermittedPlan(c);
      const origin = originOf(c);
      const operation = await once(c, registry, operationSchema, async (tx) => {
        const accepted = dryRun
          ? await requests.start(tx, spec.id, "plan", { planned: "onboard", spec }, origin, { whenBusy })
          : await requests.onboard(tx, spec, origin);
        return { status: 202, body: operationView(accepted.operation) };
      });
      const plan = dryRun ? await settledPlan(registry, operation, settings) : undefined;
      if (plan !== undefined) return c.json(plan, 200);
      return c.json(operation, 202, { Location: `/v1/operations/${operation.id}` });
    },
    refuseInvalidSpec,
  );
  app.openapi(list, async (c) => {
    const { items, next } = await registry.tenants.list({ ...c.req.valid("query"), id: boundTenant(c) });
    return c.json({ items: items.map(tenantView), next }, 200);
  });
  app.openapi(find, async (c) => {
    const tenant = await tenantFor(c, registry, c.req.valid("param").id);
    c.header("ETag", etagOf(tenant));
    if (isNotModified(c.req.valid("header")["If-None-Match"], etagOf(tenant))) return c.body(null, 304);
    return c.json(tenantView(tenant), 200);
  });
  app.openapi(events, async (c) => {
    const tenant = await tenantFor(c, registry, c.req.valid("param").id);
    const { items, next } = await registry.events.list({ ...c.req.valid("query"), tenantId: tenant.id });
    return c.json({ items: items.map(eventView), next }, 200);
  });
}
