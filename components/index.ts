/** The component library: everything a program may use of it. */
export type { Cell, CellCluster, CellDatabase, CellNetwork } from "./cell";
export { CellKey, type CellKeyArgs } from "./cell-key";
export { DatabaseFoundation, type DatabaseFoundationArgs } from "./database-foundation";
export { Network, type NetworkArgs, type NetworkLike } from "./network";
export {
  type ClusterAccessArgs,
  type NodeGroupArgs,
  SaasCluster,
  type SaasClusterArgs,
} from "./saas-cluster";
export { TenantAdmission, type TenantAdmissionArgs } from "./tenant-admission";
export { TenantBoundary, type TenantBoundaryArgs } from "./tenant-boundary";
export type { DatabaseRestore } from "./rules/database-restore";
export { TENANT_PRESENCES, type TenantPresence } from "./rules/presence";
export { UserError } from "./user-error";
export { type TenantProviders, tenantProviders } from "./providers";
export { DATABASE_SIZES, TenantDatabase, type TenantDatabaseArgs } from "./tenant-database";
export {
  RetainedSilo,
  type RetainedSiloArgs,
  SERVICE_NAMES,
  type ServiceArgs,
  type ServiceName,
  TenantSilo,
  type TenantSiloArgs,
} from "./tenant-silo";
