import * as kubernetes from "@pulumi/kubernetes";
import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import type { HousedPresence } from "../../rules/presence";
import type { TenantSize } from "../../rules/tenant-size";
import { GATEWAY_ACCOUNT } from "../identity";
import { tenantLabels, workloadSelector } from "../../rules/labels";
import { GATEWAY_PORT } from "../ports";
import { SILO_SIZES } from "../sizes";
import { createService, createWorkload } from "../workload";
import { GATEWAY_HEALTH_PATH, renderNginxConfig } from "./nginx-config";

const GATEWAY = "gateway";

/** Where the rendered configuration is mounted; the image's own stays untouched beside it. */
const CONFIG_DIRECTORY = "/etc/tenantry";

/**
 * User of the unprivileged NGINX image.
 * Source: https://github.com/nginx/docker-nginx-unprivileged
 */
const NGINX_USER = 101;

/** What a tenant's gateway depends on. */
export interface GatewayArgs {
  readonly tenantId: string;
  readonly namespace: string;
  readonly hostName: string;
  readonly size: TenantSize;
  readonly version: string;
  /** Unprivileged NGINX image by digest. */
  readonly image: string;
  readonly publicSubnetCidrs: readonly string[];
  /** Largest request body, in MiB. */
  readonly maxBodyMiB: number;
  readonly presence: HousedPresence;
}

/**
 * Makes the one way in. The configuration's name carries its content's hash: a change makes a new ConfigMap, which
 * rolls the pods, while those still running keep the one they started with.
 */
export function createGateway(
  name: string,
  args: GatewayArgs,
  inNamespace: pulumi.CustomResourceOptions,
  fenced: pulumi.CustomResourceOptions,
): kubernetes.core.v1.Service {
  const { tenantId, namespace } = args;
  const nginxConf = renderNginxConfig({
    tenantId,
    namespace,
    hostName: args.hostName,
    trustedCidrs: args.publicSubnetCidrs,
    maxBodyMiB: args.maxBodyMiB,
    presence: args.presence,
  });
  const configMapName = `${GATEWAY}-${createHash("sha256").update(nginxConf).digest("hex").slice(0, 10)}`;
  const configMap = new kubernetes.core.v1.ConfigMap(
    `${name}-gateway-config`,
    {
      metadata: {
        name: configMapName,
        namespace,
        labels: { ...tenantLabels(tenantId), ...workloadSelector(GATEWAY) },
      },
      immutable: true,
      data: { "nginx.conf": nginxConf },
    },
    inNamespace,
  );
  createWorkload(
    name,
    {
      tenantId,
      namespace,
      workload: GATEWAY,
      role: "gateway",
      image: args.image,
      version: args.version,
      port: GATEWAY_PORT,
      healthPath: GATEWAY_HEALTH_PATH,
      serviceAccount: GATEWAY_ACCOUNT,
      size: SILO_SIZES[args.size].gateway,
      pods: "running",
      user: NGINX_USER,
      command: ["nginx", "-c", `${CONFIG_DIRECTORY}/nginx.conf`],
      configs: [{ configMap: configMap.metadata.name, path: CONFIG_DIRECTORY }],
    },
    fenced,
  );
  return createService(name, { tenantId, namespace, workload: GATEWAY, port: GATEWAY_PORT }, inNamespace);
}
