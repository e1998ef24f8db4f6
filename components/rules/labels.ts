import { MANAGED_BY } from "./tags";

/** Label that tells a tenant's gateway from its services and from everything else in the namespace. */
export const ROLE_LABEL = "tenantry.io/role";

/** Values of {@link ROLE_LABEL}: the gateway takes requests in, services answer them and use the database. */
export type PodRole = "gateway" | "service";

/** Label that tells the tenants' nodes from the system's, set by the cell's node groups. */
export const NODE_LABEL = "tenantry.io/workload";

/** Value of {@link NODE_LABEL} on the nodes that tenants' pods run on. */
export const TENANT_NODES = "tenants";

/** Selects the nodes that tenants' pods run on. */
export const NODE_SELECTOR = { [NODE_LABEL]: TENANT_NODES };

/** Label whose value is the tenant; on everything in its namespace, and on the namespace. */
export const TENANT_LABEL = "tenantry.io/tenant";

/** Labels of everything in a tenant's namespace. */
export function tenantLabels(tenantId: string): Record<string, string> {
  return { "app.kubernetes.io/managed-by": MANAGED_BY, [TENANT_LABEL]: tenantId };
}

/** Labels that select one workload's pods; a Deployment's selector can never change. */
export function workloadSelector(workload: string): Record<string, string> {
  return { "app.kubernetes.io/name": workload };
}

/** Selects the pods of one role in their own namespace. */
export function podsOf(role: PodRole): { matchLabels: Record<string, string> } {
  return { matchLabels: { [ROLE_LABEL]: role } };
}
