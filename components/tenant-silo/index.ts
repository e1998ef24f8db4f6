export { SERVICE_NAMES, type ServiceName } from "../rules/services";
export { RetainedSilo, type RetainedSiloArgs } from "./retained-silo";
export type { ServiceArgs } from "./services";
export { type SiloTenant, TenantSilo, type TenantSiloArgs } from "./tenant-silo";
