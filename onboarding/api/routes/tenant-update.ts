import { type OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import { ProblemError } from "../../lifecycle";
import { patchedSpec } from "../../requests";
import type { ApiDependencies } from "../dependencies";
import type { ApiEnvironment } from "../environment";
import { expectedVersion } from "../etag";
import { changeQuery, idempotencyHeader, ifMatchHeader, tenantIdSchema } from "../schemas/common";
import { operationSchema, operationView, planSchema } from "../schemas/operation";
import { specPatchSchema } from "../schemas/tenant-spec";
import type { ApiSettings } from "../settings";
import { refuseInvalidSpec } from "../validation";
import { CHANGE_PROBLEMS, HEADERS, json, permitted, problem } from "./answers";
import { refuseUnpermittedPlan, settledPlan } from "./dry-run";
import { tenantFor } from "./lookup";
import { once, originOf } from "./once";

const update = createRoute({
  method: "patch",
  path: "/v1/tenants/{id}",
  operationId: "updateTenant",
  summary: "Change a tenant's spec",
  tags: ["Tenants"],
  ...permitted("tenants.update", "id"),
  request: {
    params: z.object({ id: tenantIdSchema }),
    query: z.strictObject(changeQuery),
    headers: z.object({ ...idempotencyHeader, ...ifMatchHeader }),
    body: {
      required: true,
      content: {
        "application/merge-patch+json": { schema: specPatchSchema },
        "application/json": { schema: specPatchSchema },
      },
    },
  },
  responses: {
    200: json(planSchema, "A dry run's plan.", HEADERS.replayed),
    202: json(operationSchema, "Accepted; the operation tells how far it is.", {
      ...HEADERS.location,
      ...HEADERS.replayed,
    }),
    ...CHANGE_PROBLEMS,
    428: problem("If-Match is missing: whoever changes a tenant says which version they have read."),
  },
});

/** Adds the endpoint that changes a tenant's spec. */
export function registerTenantUpdate(
  app: OpenAPIHono<ApiEnvironment>,
  { registry, requests }: ApiDependencies,
  settings: ApiSettings,
): void {
  app.openapi(
    update,
    async (c) => {
      const { dryRun, whenBusy } = c.req.valid("query");
      const ifMatch = c.req.valid("header")["If-Match"];
      if (ifMatch === undefined) throw ifMatchMissing();
      if (dryRun) refuseUnpermittedPlan(c);
      const tenant = await tenantFor(c, registry, c.req.valid("param").id);
      const operation = await once(c, registry, operationSchema, async (tx) => {
        // In here: a request that comes again is answered again, though the tenant has changed since.
        const version = expectedVersion(ifMatch, tenant);
        const patch = c.req.valid("json");
        const spec = patchedSpec(tenant, patch);
        const basedOn = version === undefined ? undefined : tenant.spec;
        // also for `*`: the patch was applied to what was read just now
        const options = { whenBusy, expectedVersion: tenant.version };
        const accepted = dryRun
          ? await requests.start(tx, tenant.id, "plan", { planned: "update", spec }, originOf(c), options)
          : await requests.start(tx, tenant.id, "update", { spec, patch, basedOn }, originOf(c), options);
        return { status: 202, body: operationView(accepted.operation) };
      });
      const plan = dryRun ? await settledPlan(registry, operation, settings) : undefined;
      if (plan !== undefined) return c.json(plan, 200);
      return c.json(operation, 202, { Location: `/v1/operations/${operation.id}` });
    },
    refuseInvalidSpec,
  );
}

function ifMatchMissing(): ProblemError {
  const message = "If-Match is missing: expected the ETag of the tenant that was read";
  return new ProblemError({
    type: "precondition-required",
    detail: message,
    next: "read the tenant, and send its ETag as If-Match",
    fields: [{ field: "If-Match", message }],
  });
}
