export { TenantDatabase, type TenantDatabaseArgs } from "./tenant-database";
