import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentDefinition } from "../components/serve";
import { coreOf, type ClusterReference } from "./core";

interface ManagedNodeGroupArgs {
  readonly cluster: pulumi.Input<ClusterReference>;
  readonly nodeRole?: pulumi.Input<aws.iam.Role>;
  readonly nodeRoleArn?: pulumi.Input<string>;
  readonly subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  readonly version?: pulumi.Input<string>;
  readonly scalingConfig?: pulumi.Input<aws.types.input.eks.NodeGroupScalingConfig>;
  readonly ignoreScalingChanges?: boolean;
  readonly diskSize?: pulumi.Input<number>;
  readonly instanceTypes?: pulumi.Input<pulumi.Input<string>[]>;
  readonly capacityType?: pulumi.Input<string>;
  readonly amiType?: pulumi.Input<string>;
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly taints?: pulumi.Input<pulumi.Input<aws.types.input.eks.NodeGroupTaint>[]>;
  readonly launchTemplate?: pulumi.Input<aws.types.input.eks.NodeGroupLaunchTemplate>;
  readonly nodeGroupName?: pulumi.Input<string>;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** `eks:index:ManagedNodeGroup` without user data. */
export const nodeGroupComponent: ComponentDefinition = {
  supports: [
    "cluster",
    "nodeRole",
    "nodeRoleArn",
    "subnetIds",
    "version",
    "scalingConfig",
    "ignoreScalingChanges",
    "diskSize",
    "instanceTypes",
    "capacityType",
    "amiType",
    "labels",
    "taints",
    "launchTemplate",
    "nodeGroupName",
    "tags",
  ],
  construct(name, inputs, options) {
    const group = new ManagedNodeGroup(name, parse(inputs), options);
    return { component: group, outputs: { nodeGroup: group.nodeGroup, placementGroupName: "" } };
  },
};

function parse(inputs: pulumi.Inputs): ManagedNodeGroupArgs {
  return { ...inputs, cluster: inputs["cluster"] as pulumi.Input<ClusterReference> };
}

class ManagedNodeGroup extends pulumi.ComponentResource {
  readonly nodeGroup: aws.eks.NodeGroup;

  constructor(name: string, args: ManagedNodeGroupArgs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:ManagedNodeGroup", name, {}, opts);
    const core = coreOf(args.cluster);
    const role = args.nodeRole;
    const roleArn = role === undefined ? args.nodeRoleArn : pulumi.output(role).arn;
    if (roleArn === undefined) {
      throw new Error(
        `eks:index:ManagedNodeGroup '${name}': nodeRole or nodeRoleArn is missing; expected one of them`,
      );
    }
    this.nodeGroup = new aws.eks.NodeGroup(
      name,
      {
        clusterName: core.clusterName,
        nodeRoleArn: roleArn,
        subnetIds: args.subnetIds ?? core.subnetIds,
        scalingConfig: args.scalingConfig ?? { desiredSize: 2, minSize: 1, maxSize: 2 },
        version: args.version ?? core.version,
        diskSize: args.diskSize,
        instanceTypes: args.instanceTypes,
        capacityType: args.capacityType,
        amiType: args.amiType,
        labels: args.labels,
        taints: args.taints,
        launchTemplate: args.launchTemplate,
        nodeGroupName: args.nodeGroupName,
        tags: args.tags,
      },
      { parent: this, ignoreChanges: args.ignoreScalingChanges ? ["scalingConfig.desiredSize"] : undefined },
    );
    this.registerOutputs({ nodeGroup: this.nodeGroup });
  }
}
