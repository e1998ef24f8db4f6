import type { TenantEvent } from "../registry/types";

/**
 * An event as a receiver gets it: `{ id, type, tenantId, operationId?, sequence, at, data }`.
 *
 * @returns JSON text, the same at every delivery
 */
export function eventBody(event: TenantEvent): string {
  const { id, type, tenantId, operationId, sequence, at, data } = event;
  return JSON.stringify({ id, type, tenantId, operationId, sequence, at: at.toISOString(), data });
}
