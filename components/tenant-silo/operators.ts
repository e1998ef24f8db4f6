import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import type { Cell } from "../cell";
import type { TenantNames } from "../rules/tenant-names";
import { tenantLabels } from "../rules/labels";

const READ = ["get", "list", "watch"];

/**
 * What a tenant's operators may do, in their own namespace only. They see everything but Secrets, restart and scale
 * workloads, and run pods and jobs of their own under the namespace's Pod Security Standard and quota, and on the tenants'
 * nodes (tenant-admission), which makes them as powerful as the tenant's services and no more. What fences the tenant in (quotas, limits, network policies, roles,
 * service accounts, the namespace) they cannot change, nor what the tenant's stack owns be made or removed by them.
 */
export const OPERATOR_RULES: kubernetes.types.input.rbac.v1.PolicyRule[] = [
  {
    apiGroups: [""],
    resources: [
      "configmaps",
      "endpoints",
      "events",
      "limitranges",
      "pods",
      "pods/log",
      "pods/status",
      "resourcequotas",
      "serviceaccounts",
      "services",
    ],
    verbs: READ,
  },
  { apiGroups: ["apps"], resources: ["deployments", "deployments/status", "replicasets"], verbs: READ },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: READ },
  { apiGroups: ["batch"], resources: ["jobs", "jobs/status"], verbs: READ },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ },
  { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: READ },
  { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: READ },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: READ },
  { apiGroups: [""], resources: ["pods"], verbs: ["create", "delete"] },
  { apiGroups: [""], resources: ["pods/eviction", "pods/exec", "pods/portforward"], verbs: ["create"] },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] },
  { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["get", "patch", "update"] },
  { apiGroups: ["batch"], resources: ["jobs"], verbs: ["create", "delete"] },
];

/** What a tenant's operators depend on. */
export interface OperatorsArgs {
  readonly tenantId: string;
  readonly names: TenantNames;
  readonly cell: Cell;
  /** IAM roles or users that act as the tenant's operators. */
  readonly principalArns: readonly string[];
}

/** Makes the operators' role, its binding to their group, and an access entry for each AWS principal. */
export function createOperators(
  name: string,
  args: OperatorsArgs,
  opts: pulumi.CustomResourceOptions,
  inNamespace: pulumi.CustomResourceOptions,
): void {
  const { names, cell } = args;
  const metadata = { name: "operators", namespace: names.namespace, labels: tenantLabels(args.tenantId) };
  const role = new kubernetes.rbac.v1.Role(
    `${name}-operators`,
    { metadata, rules: OPERATOR_RULES },
    inNamespace,
  );
  new kubernetes.rbac.v1.RoleBinding(
    `${name}-operators`,
    {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "operators" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: names.operatorsGroup }],
    },
    { ...inNamespace, dependsOn: [role] },
  );
  for (const principalArn of args.principalArns) {
    new aws.eks.AccessEntry(
      `${name}-operator-${createHash("sha256").update(principalArn).digest("hex").slice(0, 8)}`,
      {
        clusterName: cell.cluster.name,
        principalArn,
        type: "STANDARD",
        kubernetesGroups: [names.operatorsGroup],
      },
      opts,
    );
  }
}
