import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { TenantSize } from "../rules/tenant-size";
import { SERVICES_ACCOUNT } from "./identity";
import { SERVICE_PORT } from "./ports";
import { SILO_SIZES } from "./sizes";
import { createService, createWorkload } from "./workload";

/** The services that every tenant runs, in the order of their routes. */
export const SERVICE_NAMES = ["web", "app", "admin"] as const;

/** One of {@link SERVICE_NAMES}. */
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** How to run one service. */
export interface ServiceArgs {
  /** Image by digest, `<repository>@sha256:<64 hexadecimal digits>`; it listens on port 8080. */
  readonly image: string;
  /** Path that answers 200 on that port once the service can serve. Default `/healthz`. */
  readonly healthPath?: string;
}

/** ConfigMap that TenantDatabase writes into the namespace: where the database is, never a password. */
export const DATABASE_CONFIG = "database";

const DEFAULT_HEALTH_PATH = "/healthz";

/** User that the services run as; images need not know it, as it owns only the scratch directory. */
const SERVICE_USER = 10001;

/** What the three services depend on. */
export interface ServicesArgs {
  readonly tenantId: string;
  readonly namespace: string;
  readonly size: TenantSize;
  readonly version: string;
  readonly services: Readonly<Record<ServiceName, ServiceArgs>>;
}

/** Makes the three services; their pods wait for the database's ConfigMap by themselves. */
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
