import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cell } from "../cell";
import type { TenantNames } from "../rules/tenant-names";
import { tenantLabels } from "../rules/labels";

/** Service account of the tenant's services; the only one with rights on AWS. */
export const SERVICES_ACCOUNT = "services";

/** Service account of the gateway; it has no rights anywhere. */
export const GATEWAY_ACCOUNT = "gateway";

/** What a tenant's identity depends on. */
export interface IdentityArgs {
  readonly tenantId: string;
  readonly names: TenantNames;
  readonly cell: Cell;
  readonly key: aws.kms.Key;
}

/** Who a tenant's pods are, in the cluster and on AWS. */
export interface Identity {
  readonly role: aws.iam.Role;
  /** What pods need before they start. */
  readonly resources: pulumi.Resource[];
}

/**
 * Trust policy of a tenant's role: only EKS Pod Identity, only of this cluster, and only for the services' account of
 * the tenant's own namespace, so that an association made by mistake in another namespace gets nothing.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 */
export function trustPolicy(namespace: string, cell: Pick<Cell, "accountId" | "cluster">): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "PodIdentityOfOwnNamespace",
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:SourceAccount": cell.accountId,
            "aws:RequestTag/eks-cluster-arn": cell.cluster.arn,
            "aws:RequestTag/kubernetes-namespace": namespace,
            "aws:RequestTag/kubernetes-service-account": SERVICES_ACCOUNT,
          },
          ArnEquals: { "aws:SourceArn": cell.cluster.arn },
        },
      },
    ],
  };
}

/**
 * What every tenant's services may do on AWS: read the secrets under the tenant's own path that carry the tenant's
 * tag, and decrypt with the tenant's key through Secrets Manager.
 */
export function ownSecretsPolicy(
  tenantId: string,
  keyArn: string,
  cell: Pick<Cell, "name" | "accountId" | "region" | "partition">,
): object {
  const { accountId, region, partition } = cell;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadOwnSecrets",
        Effect: "Allow",
        Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        Resource: `arn:${partition}:secretsmanager:${region}:${accountId}:secret:tenantry/${cell.name}/${tenantId}/*`,
        Condition: { StringEquals: { "aws:ResourceTag/tenant-id": tenantId } },
      },
      {
        Sid: "DecryptOwnSecrets",
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: keyArn,
        Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
      },
    ],
  };
}

/** Makes the service accounts, the role and what ties them together. */
export function createIdentity(
  name: string,
  args: IdentityArgs,
  opts: pulumi.CustomResourceOptions,
  inNamespace: pulumi.CustomResourceOptions,
): Identity {
  const { tenantId, names, cell, key } = args;
  const accounts = [SERVICES_ACCOUNT, GATEWAY_ACCOUNT].map(
    (account) =>
      new kubernetes.core.v1.ServiceAccount(
        `${name}-${account}`,
        {
          metadata: { name: account, namespace: names.namespace, labels: tenantLabels(tenantId) },
          automountServiceAccountToken: false,
        },
        inNamespace,
      ),
  );
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      name: names.roleName,
      description: `Services of tenant ${tenantId} in cell ${cell.name}`,
      assumeRolePolicy: JSON.stringify(trustPolicy(names.namespace, cell)),
      permissionsBoundary: cell.permissionsBoundaryArn,
    },
    opts,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-own-secrets`,
    {
      name: "own-secrets",
      role: role.name,
      policy: pulumi.jsonStringify(key.arn.apply((arn) => ownSecretsPolicy(tenantId, arn, cell))),
    },
    opts,
  );
  const association = new aws.eks.PodIdentityAssociation(
    `${name}-services`,
    {
      clusterName: cell.cluster.name,
      namespace: names.namespace,
      serviceAccount: SERVICES_ACCOUNT,
      roleArn: role.arn,
    },
    opts,
  );
  return { role, resources: [...accounts, policy, association] };
}
