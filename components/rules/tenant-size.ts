/** How much of a cell a tenant may use. What a size means is in tenant-silo/sizes.ts and tenant-database/sizes.ts. */
export const TENANT_SIZES = ["small", "medium", "large"] as const;

/** One of {@link TENANT_SIZES}. */
export type TenantSize = (typeof TENANT_SIZES)[number];
