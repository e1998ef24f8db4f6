export { TenantSpecError, UnknownTenantError } from "./problems";
export { type Release, parseRelease, readRelease } from "./release";
export { type SpecSource, directorySpecSource } from "./spec-source";
export { type TenantSpec, parseTenantSpec, parseTenantSpecText } from "./tenant-spec";
