/** Loads the tenant's program, and with it Pulumi's SDKs. */
export function loadTenantProgram(): typeof import("../program").tenantProgram;
/** Loads the schema of a platform's outputs. */
export function loadPlatformOutputs(): typeof import("../../platform/outputs");
/** Loads what asks the cluster, and with it the Kubernetes client. */
export function loadQuota(): typeof import("./show/quota");
