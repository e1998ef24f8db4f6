import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Cell } from "../cell";
import { podsOf, tenantLabels } from "../rules/labels";

/** What a tenant's pod security group depends on. */
export interface PodSecurityGroupArgs {
  readonly tenantId: string;
  readonly namespace: string;
  readonly cell: Pick<Cell, "network" | "cluster">;
}

/** The security group of a tenant's services, and the object that gives it to their pods. */
export interface PodSecurityGroup {
  readonly group: aws.ec2.SecurityGroup;
  readonly policy: pulumi.Resource;
}

/**
 * Makes the security group that only this tenant's services carry, so that its database can admit them and nobody else.
 *
 * The group has no rules of its own. The pods carry the nodes' group besides, which lets kubelets probe them and them
 * reach DNS and the rest; a rule a tenant on the shared group would end at its 60 rules. Between pods the network
 * policies decide, which is why the VPC CNI runs in POD_SECURITY_GROUP_ENFORCING_MODE=standard.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html
 */
export function createPodSecurityGroup(
  name: string,
  args: PodSecurityGroupArgs,
  opts: pulumi.CustomResourceOptions,
  inNamespace: pulumi.CustomResourceOptions,
): PodSecurityGroup {
  const { tenantId, cell } = args;
  const group = new aws.ec2.SecurityGroup(
    `${name}-pods`,
    {
      description: `Services of tenant ${tenantId}`,
      vpcId: cell.network.vpcId,
      tags: { Name: `${name}-pods` },
    },
    opts,
  );
  const policy = new kubernetes.apiextensions.CustomResource(
    `${name}-pods`,
    {
      apiVersion: "vpcresources.k8s.aws/v1beta1",
      kind: "SecurityGroupPolicy",
      metadata: { name: "services", namespace: args.namespace, labels: tenantLabels(tenantId) },
      spec: {
        podSelector: podsOf("service"),
        securityGroups: { groupIds: [cell.cluster.nodeSecurityGroupId, group.id] },
      },
    },
    inNamespace,
  );
  return { group, policy };
}
