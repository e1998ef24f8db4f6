import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { TenantSize } from "../rules/tenant-size";
import { tenantLabels } from "../rules/labels";
import {
  DEFAULT_CONTAINER,
  EPHEMERAL_STORAGE_MIB,
  SILO_SIZES,
  cpuQuantity,
  memoryQuantity,
  quotaOf,
} from "./sizes";

/** Priority classes with which a pod could push other tenants' pods off a node. */
const SYSTEM_PRIORITY_CLASSES = ["system-cluster-critical", "system-node-critical"];

const POD_SECURITY_STANDARD = "restricted";

/** What is needed to make a tenant's namespace. */
export interface NamespaceArgs {
  readonly tenantId: string;
  /** Name of the company, kept as an annotation for people. */
  readonly displayName: string;
  readonly namespace: string;
  readonly size: TenantSize;
}

/** Makes the namespace; pods in it are held to the restricted Pod Security Standard. */
export function createNamespace(
  name: string,
  args: NamespaceArgs,
  opts: pulumi.CustomResourceOptions,
): kubernetes.core.v1.Namespace {
  const podSecurity = Object.fromEntries(
    ["enforce", "warn", "audit"].flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, POD_SECURITY_STANDARD],
      [`pod-security.kubernetes.io/${mode}-version`, "latest"],
    ]),
  );
  return new kubernetes.core.v1.Namespace(
    `${name}-namespace`,
    {
      metadata: {
        name: args.namespace,
        labels: { ...tenantLabels(args.tenantId), ...podSecurity },
        annotations: { "tenantry.io/tenant-name": args.displayName },
      },
    },
    opts,
  );
}

/** Makes the quotas and the limits of single containers. Everything that runs pods depends on them. */
export function createBounds(
  name: string,
  args: NamespaceArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { tenantId, namespace, size } = args;
  const labels = tenantLabels(tenantId);
  const quota = quotaOf(size);
  const { service } = SILO_SIZES[size];
  return [
    new kubernetes.core.v1.ResourceQuota(
      `${name}-quota`,
      {
        metadata: { name: "tenant", namespace, labels },
        spec: {
          hard: {
            pods: String(quota.pods),
            "requests.cpu": cpuQuantity(quota.requests.cpuMillis),
            "requests.memory": memoryQuantity(quota.requests.memoryMiB),
            "limits.cpu": cpuQuantity(quota.limits.cpuMillis),
            "limits.memory": memoryQuantity(quota.limits.memoryMiB),
            "limits.ephemeral-storage": memoryQuantity(quota.pods * EPHEMERAL_STORAGE_MIB),
            persistentvolumeclaims: "0",
            "services.loadbalancers": "0",
            "services.nodeports": "0",
            "count/configmaps": "50",
            "count/secrets": "50",
            "count/services": "20",
            "count/jobs.batch": "20",
          },
        },
      },
      opts,
    ),
    new kubernetes.core.v1.ResourceQuota(
      `${name}-no-system-priority`,
      {
        metadata: { name: "no-system-priority", namespace, labels },
        spec: {
          hard: { pods: "0" },
          scopeSelector: {
            matchExpressions: [
              { scopeName: "PriorityClass", operator: "In", values: SYSTEM_PRIORITY_CLASSES },
            ],
          },
        },
      },
      opts,
    ),
    new kubernetes.core.v1.LimitRange(
      `${name}-limits`,
      {
        metadata: { name: "tenant", namespace, labels },
        spec: {
          limits: [
            {
              type: "Container",
              defaultRequest: {
                cpu: cpuQuantity(DEFAULT_CONTAINER.cpuRequestMillis),
                memory: memoryQuantity(DEFAULT_CONTAINER.memoryMiB),
                "ephemeral-storage": memoryQuantity(EPHEMERAL_STORAGE_MIB),
              },
              default: {
                cpu: cpuQuantity(DEFAULT_CONTAINER.cpuMillis),
                memory: memoryQuantity(DEFAULT_CONTAINER.memoryMiB),
                "ephemeral-storage": memoryQuantity(EPHEMERAL_STORAGE_MIB),
              },
              max: {
                cpu: cpuQuantity(service.cpuLimitMillis),
                memory: memoryQuantity(service.memoryMiB),
                "ephemeral-storage": memoryQuantity(EPHEMERAL_STORAGE_MIB),
              },
            },
          ],
        },
      },
      opts,
    ),
  ];
}
