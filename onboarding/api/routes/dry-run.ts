import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "@hono/zod-openapi";
import { rolesWith, scopeOf } from "../../auth";
import { OPEN_STATUSES, ProblemError } from "../../lifecycle";
import type { Operation } from "../../registry";
import type { ApiRegistry } from "../dependencies";
import type { ApiContext } from "../environment";
import { type OperationView, planContentSchema, type planSchema } from "../schemas/operation";
import type { ApiSettings } from "../settings";

/**
 * Refuses a dry run to who may not plan.
 *
 * @throws ProblemError `forbidden`
 */
export function refuseUnpermittedPlan(c: ApiContext): void {
  if (scopeOf("tenants.plan", c.get("identity")) !== undefined) return;
  throw new ProblemError({
    type: "forbidden",
    detail: `dryRun is 'true': expected a token with one of the roles ${rolesWith("tenants.plan").join(", ")}`,
    fields: [{ field: "dryRun", message: "dryRun is 'true': expected 'false' for the token's roles" }],
    extensions: { permission: "tenants.plan" },
  });
}

/**
 * Waits until a plan is there.
 *
 * @returns the plan; undefined where it takes longer than a client is to wait
 * @throws ProblemError what the plan failed with
 */
export async function settledPlan(
  registry: ApiRegistry,
  { id }: OperationView,
  { planWaitMs, planPollMs }: ApiSettings,
): Promise<z.infer<typeof planSchema> | undefined> {
  const deadline = Date.now() + planWaitMs;
  for (;;) {
    const operation = await registry.operations.find(id);
    if (operation !== undefined && !OPEN_STATUSES.some((status) => status === operation.status)) {
      return planOf(operation);
    }
    if (Date.now() >= deadline) return undefined;
    await sleep(planPollMs);
  }
}

function planOf(operation: Operation): z.infer<typeof planSchema> {
  const { id, tenantId, status, input, result, problem } = operation;
  if (status === "succeeded") {
    return { operationId: id, tenantId, planned: input.planned, plan: planContentSchema.parse(result ?? {}) };
  }
  const extensions = { operationId: id };
  if (problem !== undefined) {
    throw new ProblemError({ ...problem, extensions: { ...problem.extensions, ...extensions } });
  }
  throw new ProblemError({
    type: "tenant-busy",
    detail: `the dry run '${id}' was taken back before it was done`,
    extensions,
  });
}
