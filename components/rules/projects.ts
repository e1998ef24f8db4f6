/** The Pulumi project whose stacks are cells, one stack each, named by the cell. */
export const PLATFORM_PROJECT = "tenantry";

/** The Pulumi project whose stacks are tenants, one stack each, named by the tenant's id. */
export const TENANTS_PROJECT = "tenants";
