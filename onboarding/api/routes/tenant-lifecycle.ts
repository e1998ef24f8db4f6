import { type OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import type { Permission } from "../../auth";
import type { OperationKind } from "../../lifecycle";
import type { OperationInput } from "../../registry";
import type { ApiDependencies } from "../dependencies";
import type { ApiEnvironment } from "../environment";
import { expectedVersion } from "../etag";
import { changeQuery, idempotencyHeader, ifMatchHeader, tenantIdSchema } from "../schemas/common";
import {
  offboardBodySchema,
  plainBodySchema,
  purgeBodySchema,
  restoreBodySchema,
  suspendBodySchema,
} from "../schemas/lifecycle";
import { operationSchema, operationView, planSchema } from "../schemas/operation";
import type { ApiSettings } from "../settings";
import { CHANGE_PROBLEMS, HEADERS, json, permitted } from "./answers";
import { refuseUnpermittedPlan, settledPlan } from "./dry-run";
import { tenantFor } from "./lookup";
import { once, originOf } from "./once";

/** One change that is asked for by a POST of its own. */
interface Change {
  readonly verb: string;
  readonly summary: string;
  readonly permission: Permission;
  readonly kind: OperationKind;
  /** Schema of the body, which may be left out. */
  readonly body: z.ZodType<OperationInput>;
}

const CHANGES: readonly Change[] = [
  {
    verb: "suspend",
    summary: "Suspend a tenant: its people get a page that says so, its data stays",
    permission: "tenants.suspend",
    kind: "suspend",
    body: suspendBodySchema,
  },
  {
    verb: "resume",
    summary: "Bring a suspended tenant back",
    permission: "tenants.resume",
    kind: "resume",
    body: plainBodySchema,
  },
  {
    verb: "rotate",
    summary: "Change a tenant's secrets",
    permission: "tenants.rotate",
    kind: "rotate",
    body: plainBodySchema,
  },
  {
    verb: "restore",
    summary: "Give a tenant the data of a snapshot or an earlier time",
    permission: "tenants.restore",
    kind: "restore",
    body: restoreBodySchema,
  },
  {
    verb: "offboard",
    summary: "Take a tenant down, and retain its key and a final snapshot",
    permission: "tenants.offboard",
    kind: "offboard",
    body: offboardBodySchema,
  },
  {
    verb: "purge",
    summary: "Delete what was retained; it cannot be undone",
    permission: "tenants.purge",
    kind: "purge",
    body: purgeBodySchema,
  },
  {
    verb: "refresh",
    summary: "Look for drift",
    permission: "tenants.refresh",
    kind: "refresh",
    body: plainBodySchema,
  },
  {
    verb: "repair",
    summary: "Undo drift",
    permission: "tenants.repair",
    kind: "repair",
    body: plainBodySchema,
  },
  {
    verb: "retry",
    summary: "Go on with an onboarding that failed",
    permission: "tenants.retry",
    kind: "onboard",
    body: plainBodySchema,
  },
];

/** Adds the endpoints that take a tenant through its life. */
export function registerTenantLifecycle(
  app: OpenAPIHono<ApiEnvironment>,
  dependencies: ApiDependencies,
  settings: ApiSettings,
): void {
  for (const change of CHANGES) registerChange(app, dependencies, settings, change);
}

function registerChange(
  app: OpenAPIHono<ApiEnvironment>,
  { registry, requests }: ApiDependencies,
  settings: ApiSettings,
  { verb, summary, permission, kind, body }: Change,
): void {
  const route = createRoute({
    method: "post",
    path: `/v1/tenants/{id}/${verb}`,
    operationId: `${verb}Tenant`,
    summary,
    tags: ["Tenants"],
    ...permitted(permission, "id"),
    request: {
      params: z.object({ id: tenantIdSchema }),
      query: z.strictObject(changeQuery),
      headers: z.object({ ...idempotencyHeader, ...ifMatchHeader }),
      body: { content: { "application/json": { schema: body } } },
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
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const { dryRun, whenBusy } = c.req.valid("query");
    const asked = c.req.valid("json");
    if (dryRun) refuseUnpermittedPlan(c);
    // out here, as a transaction that waits for a second connection waits for others that do the same
    const tenant = await tenantFor(c, registry, id);
    const operation = await once(c, registry, operationSchema, async (tx) => {
      // in here, as a request that comes again finds another version and is still to get its answer
      const options = {
        whenBusy,
        expectedVersion: expectedVersion(c.req.valid("header")["If-Match"], tenant),
      };
      const accepted = dryRun
        ? await requests.start(tx, id, "plan", { ...asked, planned: kind }, originOf(c), options)
        : await requests.start(tx, id, kind, asked, originOf(c), options);
      return { status: 202, body: operationView(accepted.operation) };
    });
    const plan = dryRun ? await settledPlan(registry, operation, settings) : undefined;
    if (plan !== undefined) return c.json(plan, 200);
    return c.json(operation, 202, { Location: `/v1/operations/${operation.id}` });
  });
}
