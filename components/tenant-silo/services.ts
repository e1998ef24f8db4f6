import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { DATABASE_CONFIG, SERVICE_NAMES, type ServiceName } from "../rules/services";
import type { HousedPresence } from "../rules/presence";
import type { TenantSize } from "../rules/tenant-size";
import { SERVICES_ACCOUNT } from "./identity";
import { SERVICE_PORT } from "./ports";
import { SILO_SIZES } from "./sizes";
import { createService, createWorkload } from "./workload";

/** How to run one service. */
export interface ServiceArgs {
  /** Image by digest, `<repository>@sha256:<64 hexadecimal digits>`; it listens on port 8080. */
  readonly image: string;
  /** Path that answers 200 on that port once the service can serve. Default `/healthz`. */
  readonly healthPath?: string;
}

const DEFAULT_HEALTH_PATH = "/healthz";

/** User that the services run as; images need not know it, as it owns only the scratch directory. */
const SERVICE_USER = 10001;

/** What the services depend on. */
export interface ServicesArgs {
  readonly tenantId: string;
  readonly namespace: string;
  readonly size: TenantSize;
  readonly version: string;
  readonly presence: HousedPresence;
  readonly services: Readonly<Record<ServiceName, ServiceArgs>>;
}

/** Makes the services, without pods where the tenant is suspended; their pods wait for the database's ConfigMap by themselves. */
export function createServices(
  name: string,
  args: ServicesArgs,
  inNamespace: pulumi.CustomResourceOptions,
  fenced: pulumi.CustomResourceOptions,
): kubernetes.core.v1.Service[] {
  return SERVICE_NAMES.map((workload) => {
    const { tenantId, namespace } = args;
    const { image, healthPath = DEFAULT_HEALTH_PATH } = args.services[workload];
    createWorkload(
      name,
      {
        tenantId,
        namespace,
        workload,
        role: "service",
        image,
        version: args.version,
        port: SERVICE_PORT,
        healthPath,
        serviceAccount: SERVICES_ACCOUNT,
        size: SILO_SIZES[args.size].service,
        pods: args.presence === "serving" ? "running" : "stopped",
        user: SERVICE_USER,
        env: [
          { name: "PORT", value: String(SERVICE_PORT) },
          { name: "TENANT_ID", value: tenantId },
        ],
        envFrom: [{ configMapRef: { name: DATABASE_CONFIG, optional: false } }],
      },
      fenced,
    );
    return createService(name, { tenantId, namespace, workload, port: SERVICE_PORT }, inNamespace);
  });
}
