import { type OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import { OPERATION_KINDS, OPERATION_STATUSES } from "../../lifecycle";
import type { ApiDependencies } from "../dependencies";
import type { ApiEnvironment } from "../environment";
import { idempotencyHeader, opaqueIdSchema, pageQuery, tenantIdSchema } from "../schemas/common";
import { plainBodySchema } from "../schemas/lifecycle";
import { operationPageSchema, operationSchema, operationView } from "../schemas/operation";
import { BODY_PROBLEMS, FIND_PROBLEMS, HEADERS, READ_PROBLEMS, json, permitted, problem } from "./answers";
import { boundTenant, operationFor, tenantFor } from "./lookup";
import { once, originOf } from "./once";

const tags = ["Operations"];

const filters = {
  status: z.enum(OPERATION_STATUSES).optional(),
  kind: z.enum(OPERATION_KINDS).optional(),
};

const list = createRoute({
  method: "get",
  path: "/v1/operations",
  operationId: "listOperations",
  summary: "List operations",
  tags,
  ...permitted("operations.read"),
  request: { query: z.strictObject({ ...pageQuery, ...filters, tenantId: tenantIdSchema.optional() }) },
  responses: { 200: json(operationPageSchema, "Operations, the newest first."), ...READ_PROBLEMS },
});

const listOfTenant = createRoute({
  method: "get",
  path: "/v1/tenants/{id}/operations",
  operationId: "listTenantOperations",
  summary: "List a tenant's operations",
  tags,
  ...permitted("operations.read", "id"),
  request: {
    params: z.object({ id: tenantIdSchema }),
    query: z.strictObject({ ...pageQuery, ...filters }),
  },
  responses: { 200: json(operationPageSchema, "Its operations, the newest first."), ...FIND_PROBLEMS },
});

const find = createRoute({
  method: "get",
  path: "/v1/operations/{id}",
  operationId: "getOperation",
  summary: "Read an operation",
  tags,
  ...permitted("operations.read"),
  request: { params: z.object({ id: opaqueIdSchema }) },
  responses: { 200: json(operationSchema, "The operation."), ...FIND_PROBLEMS },
});

const cancel = createRoute({
  method: "post",
  path: "/v1/operations/{id}/cancel",
  operationId: "cancelOperation",
  summary: "Take an operation back that has not begun",
  tags,
  ...permitted("operations.cancel"),
  request: {
    params: z.object({ id: opaqueIdSchema }),
    headers: z.object(idempotencyHeader),
    body: { content: { "application/json": { schema: plainBodySchema } } },
  },
  responses: {
    200: json(operationSchema, "The operation, taken back.", HEADERS.replayed),
    ...FIND_PROBLEMS,
    ...BODY_PROBLEMS,
    409: problem("It can no longer be taken back."),
  },
});

/** Adds the endpoints of operations, their stream left out. */
export function registerOperations(
  app: OpenAPIHono<ApiEnvironment>,
  { registry, requests }: ApiDependencies,
): void {
  app.openapi(list, async (c) => {
    const query = c.req.valid("query");
    const bound = boundTenant(c);
    // a neighbour's operations are not there, and whether there is such a neighbour is not told
    if (bound !== undefined && query.tenantId !== undefined && query.tenantId !== bound) {
      return c.json({ items: [] }, 200);
    }
    const { items, next } = await registry.operations.list({ ...query, tenantId: bound ?? query.tenantId });
    return c.json({ items: items.map(operationView), next }, 200);
  });
  app.openapi(listOfTenant, async (c) => {
    const tenant = await tenantFor(c, registry, c.req.valid("param").id);
    const query = { ...c.req.valid("query"), tenantId: tenant.id };
    const { items, next } = await registry.operations.list(query);
    return c.json({ items: items.map(operationView), next }, 200);
  });
  app.openapi(find, async (c) => {
    return c.json(operationView(await operationFor(c, registry, c.req.valid("param").id)), 200);
  });
  app.openapi(cancel, async (c) => {
    const { id } = c.req.valid("param");
    await operationFor(c, registry, id);
    const operation = await once(c, registry, operationSchema, async (tx) => ({
      status: 200,
      body: operationView(await requests.cancel(tx, id, originOf(c))),
    }));
    return c.json(operation, 200);
  });
}
