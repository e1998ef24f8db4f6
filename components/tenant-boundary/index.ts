export { TenantBoundary, type TenantBoundaryArgs } from "./tenant-boundary";
