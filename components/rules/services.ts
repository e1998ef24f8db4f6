/** The services that every tenant runs. */
export const SERVICE_NAMES = ["web", "app", "admin"] as const;

/** One of {@link SERVICE_NAMES}. */
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** ConfigMap in a tenant's namespace that tells the services where their database is, never a password. */
export const DATABASE_CONFIG = "database";
