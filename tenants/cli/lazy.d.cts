import type * as platformOutputs from "../../platform/outputs";
import type * as program from "../program";
import type * as quota from "./show/quota";

/** Loads the tenant's program, and with it Pulumi's SDKs. */
export function loadTenantProgram(): typeof program.tenantProgram;
/** Loads the schema of a platform's outputs. */
export function loadPlatformOutputs(): typeof platformOutputs;
/** Loads what asks the cluster, and with it the Kubernetes client. */
export function loadQuota(): typeof quota;
