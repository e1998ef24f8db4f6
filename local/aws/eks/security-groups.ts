import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs } from "./cluster";

/** The control plane's group, and how the nodes' one is added when the cluster's name is known. */
export interface SecurityGroups {
  readonly cluster: aws.ec2.SecurityGroup;
  addNodeGroup(clusterName: pulumi.Output<string>): NodeSecurityGroup;
}

/** The nodes' group. */
export interface NodeSecurityGroup {
  readonly node: aws.ec2.SecurityGroup;
  /** The rule that lets nodes reach the API. */
  readonly clusterIngress: aws.ec2.SecurityGroupRule;
}

/** Makes the security groups that the official cluster makes, with the same rules. */
export function createSecurityGroups(
  name: string,
  args: ClusterArgs,
  parent: pulumi.Resource,
): SecurityGroups {
  const group = (groupName: string, tags: pulumi.Input<Record<string, string>>) =>
    new aws.ec2.SecurityGroup(groupName, { vpcId: args.vpcId, revokeRulesOnDelete: true, tags }, { parent });
  const rule = (
    ruleName: string,
    description: string,
    rest: Omit<aws.ec2.SecurityGroupRuleArgs, "description">,
  ) => new aws.ec2.SecurityGroupRule(ruleName, { description, ...rest }, { parent });
  const tagged = (own: Record<string, pulumi.Input<string>>, extra: ClusterArgs["tags"]) =>
    pulumi
      .all([own, extra, args.tags])
      .apply(([first, second, third]) => ({ ...first, ...second, ...third }));

  const clusterGroup = `${name}-eksClusterSecurityGroup`;
  const cluster = group(clusterGroup, tagged({ Name: clusterGroup }, args.clusterSecurityGroupTags));
  rule(`${name}-eksClusterInternetEgressRule`, "Allow internet access.", {
    securityGroupId: cluster.id,
    type: "egress",
    protocol: "-1",
    fromPort: 0,
    toPort: 0,
    cidrBlocks: ["0.0.0.0/0"],
  });

  return {
    cluster,
    addNodeGroup(clusterName) {
      const nodeGroup = `${name}-nodeSecurityGroup`;
      const owned = clusterName.apply((own): Record<string, string> => ({
        Name: nodeGroup,
        [`kubernetes.io/cluster/${own}`]: "owned",
      }));
      const node = group(
        nodeGroup,
        pulumi
          .all([owned, args.nodeSecurityGroupTags, args.tags])
          .apply(([a, b, c]) => ({ ...a, ...b, ...c })),
      );
      rule(`${name}-eksNodeIngressRule`, "Allow nodes to communicate with each other", {
        securityGroupId: node.id,
        type: "ingress",
        protocol: "-1",
        fromPort: 0,
        toPort: 0,
        self: true,
      });
      rule(
        `${name}-eksNodeClusterIngressRule`,
        "Allow worker Kubelets and pods to receive communication from the cluster control plane",
        {
          securityGroupId: node.id,
          type: "ingress",
          protocol: "tcp",
          fromPort: 1025,
          toPort: 65535,
          sourceSecurityGroupId: cluster.id,
        },
      );
      rule(
        `${name}-eksExtApiServerClusterIngressRule`,
        "Allow pods running extension API servers on port 443 to receive communication from cluster control plane",
        {
          securityGroupId: node.id,
          type: "ingress",
          protocol: "tcp",
          fromPort: 443,
          toPort: 443,
          sourceSecurityGroupId: cluster.id,
        },
      );
      rule(`${name}-eksNodeInternetEgressRule`, "Allow internet access.", {
        securityGroupId: node.id,
        type: "egress",
        protocol: "-1",
        fromPort: 0,
        toPort: 0,
        cidrBlocks: ["0.0.0.0/0"],
      });
      const clusterIngress = rule(
        `${name}-eksClusterIngressRule`,
        "Allow pods to communicate with the cluster API Server",
        {
          securityGroupId: cluster.id,
          type: "ingress",
          protocol: "tcp",
          fromPort: 443,
          toPort: 443,
          sourceSecurityGroupId: node.id,
        },
      );
      return { node, clusterIngress };
    },
  };
}
