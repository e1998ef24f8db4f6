export { TenantAdmission, type TenantAdmissionArgs } from "./tenant-admission";
