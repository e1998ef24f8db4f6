/** The component library: everything a program may use of it. */
export type { Cell, CellCluster, CellDatabase, CellNetwork } from "./cell";
export { type TenantProviders, tenantProviders } from "./providers";
export { TenantDatabase, type TenantDatabaseArgs } from "./tenant-database";
export {
  SERVICE_NAMES,
  type ServiceArgs,
  type ServiceName,
  TenantSilo,
  type TenantSiloArgs,
} from "./tenant-silo";
