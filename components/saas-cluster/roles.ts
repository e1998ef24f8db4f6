import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** A role, and the policies without which it is of no use. */
export interface RoleWithPolicies {
  readonly role: aws.iam.Role;
  readonly attachments: pulumi.Resource[];
}

/**
 * The control plane's role. Security groups for pods need the second policy.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/security-groups-pods-deployment.html
 */
export function createClusterRole(
  name: string,
  partition: string,
  opts: pulumi.CustomResourceOptions,
): RoleWithPolicies {
  const trust = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
    ],
  };
  const role = new aws.iam.Role(`${name}-control-plane`, { assumeRolePolicy: JSON.stringify(trust) }, opts);
  const policies = ["AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController"];
  return { role, attachments: attach(`${name}-control-plane`, role, policies, partition, opts) };
}

/**
 * The nodes' role. Pods don't get its rights: the metadata service answers one hop away only, which is the node.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
 */
export function createNodeRole(
  name: string,
  partition: string,
  opts: pulumi.CustomResourceOptions,
): RoleWithPolicies {
  const trust = aws.iam.assumeRolePolicyForPrincipal({ Service: "ec2.amazonaws.com" });
  const role = new aws.iam.Role(`${name}-nodes`, { assumeRolePolicy: JSON.stringify(trust) }, opts);
  const policies = [
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryPullOnly",
  ];
  return { role, attachments: attach(`${name}-nodes`, role, policies, partition, opts) };
}

function attach(
  name: string,
  role: aws.iam.Role,
  policies: readonly string[],
  partition: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return policies.map(
    (policy) =>
      new aws.iam.RolePolicyAttachment(
        `${name}-${policy}`,
        { role: role.name, policyArn: `arn:${partition}:iam::aws:policy/${policy}` },
        opts,
      ),
  );
}
