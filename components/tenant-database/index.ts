export { DATABASE_SIZES } from "./sizes";
export { TenantDatabase, type TenantDatabaseArgs } from "./tenant-database";
