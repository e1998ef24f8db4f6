export { SERVICE_NAMES, type ServiceArgs, type ServiceName } from "./services";
export { type SiloTenant, TenantSilo, type TenantSiloArgs } from "./tenant-silo";
