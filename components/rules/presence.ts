/**
 * How much of a tenant's stack is there.
 *
 * - `serving`: all of it.
 * - `suspended`: all of it, but the services run no pods and the gateway answers every request with 503.
 * - `retained`: the KMS key alone, under which what the tenant left behind, its final snapshot, stays readable.
 */
export const TENANT_PRESENCES = ["serving", "suspended", "retained"] as const;

/** One of {@link TENANT_PRESENCES}. */
export type TenantPresence = (typeof TENANT_PRESENCES)[number];

/** A presence in which the tenant has a namespace: pods, an identity, a gateway. */
export type HousedPresence = Exclude<TenantPresence, "retained">;
