import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupRule, type SecurityGroupRuleArgs } from "@pulumi/aws/ec2/securityGroupRule";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterArguments, TagMap, Tags } from "./arguments";

/** The nodes' group. */
export interface NodeSecurityGroup {
  readonly node: SecurityGroup;
  /** The rule that lets nodes reach the API. */
  readonly clusterIngress: SecurityGroupRule;
}

const ANYWHERE = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };

/** Makes the control plane's group. */
export function createClusterGroup(
  name: string,
  args: ClusterArguments,
  parent: pulumi.Resource,
): SecurityGroup {
  const groupName = `${name}-eksClusterSecurityGroup`;
  const tags = merged({ Name: groupName }, args.given.input<TagMap>("clusterSecurityGroupTags"), args.tags);
  const group = createGroup(groupName, args, tags, parent);
  createRule(
    `${name}-eksClusterInternetEgressRule`,
    { description: "Allow internet access.", securityGroupId: group.id, type: "egress", ...ANYWHERE },
    parent,
  );
  return group;
}

/** Makes the nodes' group, when the cluster's name is known. */
export function createNodeGroup(
  name: string,
  args: ClusterArguments,
  cluster: SecurityGroup,
  clusterName: pulumi.Output<string>,
  parent: pulumi.Resource,
): NodeSecurityGroup {
  const groupName = `${name}-nodeSecurityGroup`;
  const owned = clusterName.apply((own): Record<string, string> => ({
    Name: groupName,
    [`kubernetes.io/cluster/${own}`]: "owned",
  }));
  const tags = merged(owned, args.given.input<TagMap>("nodeSecurityGroupTags"), args.tags);
  const node = createGroup(groupName, args, tags, parent);
  const fromControlPlane = { type: "ingress", protocol: "tcp", sourceSecurityGroupId: cluster.id };
  createRule(
    `${name}-eksNodeIngressRule`,
    {
      description: "Allow nodes to communicate with each other",
      securityGroupId: node.id,
      type: "ingress",
      protocol: "-1",
      fromPort: 0,
      toPort: 0,
      self: true,
    },
    parent,
  );
  createRule(
    `${name}-eksNodeClusterIngressRule`,
    {
      description: "Allow worker Kubelets and pods to receive communication from the cluster control plane",
      securityGroupId: node.id,
      ...fromControlPlane,
      fromPort: 1025,
      toPort: 65535,
    },
    parent,
  );
  createRule(
    `${name}-eksExtApiServerClusterIngressRule`,
    {
      description:
        "Allow pods running extension API servers on port 443 to receive communication from cluster control plane",
      securityGroupId: node.id,
      ...fromControlPlane,
      fromPort: 443,
      toPort: 443,
    },
    parent,
  );
  createRule(
    `${name}-eksNodeInternetEgressRule`,
    { description: "Allow internet access.", securityGroupId: node.id, type: "egress", ...ANYWHERE },
    parent,
  );
  const clusterIngress = createRule(
    `${name}-eksClusterIngressRule`,
    {
      description: "Allow pods to communicate with the cluster API Server",
      securityGroupId: cluster.id,
      type: "ingress",
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
      sourceSecurityGroupId: node.id,
    },
    parent,
  );
  return { node, clusterIngress };
}

/** Tags of several places, later ones winning. */
export function merged(...parts: readonly (Tags | undefined)[]): pulumi.Output<Record<string, string>> {
  const known = parts.map((part) => pulumi.output(part ?? {}));
  return pulumi.all(known).apply((maps) => Object.fromEntries(maps.flatMap((map) => Object.entries(map))));
}

function createGroup(
  name: string,
  { vpcId }: ClusterArguments,
  tags: Tags,
  parent: pulumi.Resource,
): SecurityGroup {
  return new SecurityGroup(name, { vpcId, revokeRulesOnDelete: true, tags }, { parent });
}

function createRule(name: string, args: SecurityGroupRuleArgs, parent: pulumi.Resource): SecurityGroupRule {
  return new SecurityGroupRule(name, args, { parent });
}
