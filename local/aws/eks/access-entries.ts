import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs } from "./cluster";

/** Who may use the cluster, as the program says it. */
export interface AccessEntryArgs {
  readonly principalArn: pulumi.Input<string>;
  readonly type?: pulumi.Input<string>;
  readonly kubernetesGroups?: pulumi.Input<pulumi.Input<string>[]>;
  readonly username?: pulumi.Input<string>;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly accessPolicies?: Readonly<
    Record<
      string,
      {
        readonly policyArn: pulumi.Input<string>;
        readonly accessScope: pulumi.Input<aws.types.input.eks.AccessPolicyAssociationAccessScope>;
      }
    >
  >;
}

/** Makes the access entries: one for the nodes' role, and those the program asks for. */
export function createAccessEntries(
  name: string,
  args: ClusterArgs,
  cluster: aws.eks.Cluster,
  parent: pulumi.Resource,
): aws.eks.AccessEntry[] {
  const nodes = new aws.eks.AccessEntry(
    `${name}-defaultNodeGroupInstanceRole`,
    {
      clusterName: cluster.name,
      principalArn: pulumi.output(args.instanceRole).apply((role) => role?.arn ?? pulumi.output("")),
      type: "EC2_LINUX",
    },
    { parent },
  );
  const others = Object.entries(args.accessEntries ?? {}).map(([key, entry]) => {
    const made = new aws.eks.AccessEntry(
      `${name}-${key}`,
      {
        clusterName: cluster.name,
        principalArn: entry.principalArn,
        type: entry.type,
        kubernetesGroups: entry.kubernetesGroups,
        userName: entry.username,
        tags: entry.tags,
      },
      { parent },
    );
    for (const [policyKey, policy] of Object.entries(entry.accessPolicies ?? {})) {
      new aws.eks.AccessPolicyAssociation(
        `${name}-${key}-${policyKey}`,
        {
          clusterName: cluster.name,
          principalArn: entry.principalArn,
          policyArn: policy.policyArn,
          accessScope: policy.accessScope,
        },
        { parent: made },
      );
    }
    return made;
  });
  return [nodes, ...others];
}
