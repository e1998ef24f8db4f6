import { covers } from "../../auth";
import type { Operation, Tenant } from "../../registry";
import type { ApiRegistry } from "../dependencies";
import type { ApiContext } from "../environment";
import { notFound } from "../problems/not-found";

/**
 * A tenant, where it is there for who asks.
 *
 * @throws ProblemError `not-found`
 */
export async function tenantFor(c: ApiContext, registry: ApiRegistry, id: string): Promise<Tenant> {
  const tenant = covers(c.get("scope"), id) ? await registry.tenants.find(id) : undefined;
  if (tenant === undefined) throw notFound("tenant", id);
  return tenant;
}

/**
 * An operation, where it is there for who asks.
 *
 * @throws ProblemError `not-found`
 */
export async function operationFor(c: ApiContext, registry: ApiRegistry, id: string): Promise<Operation> {
  const operation = await registry.operations.find(id);
  if (operation === undefined || !covers(c.get("scope"), operation.tenantId)) throw notFound("operation", id);
  return operation;
}

/** The tenant that a scope is bound to; undefined where it is to none. */
export function boundTenant(c: ApiContext): string | undefined {
  const scope = c.get("scope");
  return scope.kind === "tenant" ? scope.tenantId : undefined;
}
