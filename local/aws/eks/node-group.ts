import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup";
import * as pulumi from "@pulumi/pulumi";
import { Arguments } from "../components/arguments";
import type { ComponentDefinition } from "../components/serve";
import { factsOf, type ClusterOrCore, type RoleReference } from "./references";

const TYPE = "eks:index:ManagedNodeGroup";

/** Arguments of `eks:index:ManagedNodeGroup` that are handled: those that need no user data of one's own. */
const SUPPORTED: readonly string[] = [
  "amiType",
  "capacityType",
  "cluster",
  "clusterName",
  "diskSize",
  "enableIMDSv2",
  "forceUpdateVersion",
  "ignoreScalingChanges",
  "instanceTypes",
  "labels",
  "launchTemplate",
  "nodeGroupName",
  "nodeGroupNamePrefix",
  "nodeRole",
  "nodeRoleArn",
  "releaseVersion",
  "remoteAccess",
  "scalingConfig",
  "subnetIds",
  "tags",
  "taints",
  "version",
];

/** `eks:index:ManagedNodeGroup`. */
export const nodeGroupComponent: ComponentDefinition = {
  supports: SUPPORTED,
  construct(name, inputs, options) {
    const args = new Arguments({ type: TYPE, names: SUPPORTED }, inputs);
    const group = new ManagedNodeGroup(name, args, options);
    return { component: group, outputs: { nodeGroup: group.nodeGroup, placementGroupName: "" } };
  },
};

class ManagedNodeGroup extends pulumi.ComponentResource {
  readonly nodeGroup: NodeGroup;

  constructor(name: string, args: Arguments, opts: pulumi.ComponentResourceOptions) {
    super(TYPE, name, {}, opts);
    const cluster = factsOf(args.input<ClusterOrCore>("cluster") ?? args.refuse("cluster", "is missing"));
    const ownTemplate = args.flag("enableIMDSv2") === true ? this.createTemplate(name, args) : undefined;
    if (ownTemplate !== undefined && args.has("launchTemplate"))
      args.refuse("launchTemplate", "can't be given together with enableIMDSv2, which makes one");
    this.nodeGroup = new NodeGroup(
      name,
      {
        amiType: args.input("amiType"),
        capacityType: args.input("capacityType"),
        clusterName: args.input("clusterName") ?? cluster.clusterName,
        diskSize: ownTemplate === undefined ? args.input("diskSize") : undefined,
        forceUpdateVersion: args.input("forceUpdateVersion"),
        instanceTypes: args.input("instanceTypes"),
        labels: args.input("labels"),
        launchTemplate:
          ownTemplate === undefined
            ? args.input("launchTemplate")
            : { id: ownTemplate.id, version: ownTemplate.latestVersion.apply(String) },
        nodeGroupName: args.input("nodeGroupName"),
        nodeGroupNamePrefix: args.input("nodeGroupNamePrefix"),
        nodeRoleArn: roleArn(args),
        releaseVersion: args.input("releaseVersion"),
        remoteAccess: args.input("remoteAccess"),
        scalingConfig: args.input("scalingConfig") ?? { desiredSize: 2, minSize: 1, maxSize: 2 },
        subnetIds: args.input("subnetIds") ?? cluster.subnetIds,
        tags: args.input("tags"),
        taints: args.input("taints"),
        version: args.input("version") ?? cluster.version,
      },
      {
        parent: this,
        ignoreChanges: args.flag("ignoreScalingChanges") === true ? ["scalingConfig.desiredSize"] : undefined,
      },
    );
    this.registerOutputs({ nodeGroup: this.nodeGroup, placementGroupName: "" });
  }

  /** The template that keeps pods off version 1 of the metadata service; the disk's size moves into it. */
  private createTemplate(name: string, args: Arguments): LaunchTemplate {
    const volumeSize = args.input<number>("diskSize");
    return new LaunchTemplate(
      `${name}-launchTemplate`,
      {
        blockDeviceMappings:
          volumeSize === undefined ? undefined : [{ deviceName: "/dev/xvda", ebs: { volumeSize } }],
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2, httpEndpoint: "enabled" },
      },
      { parent: this },
    );
  }
}

function roleArn(args: Arguments): pulumi.Input<string> {
  const role = args.input<RoleReference>("nodeRole");
  const arn = args.input<string>("nodeRoleArn");
  if (role !== undefined && arn !== undefined)
    throw new Error("nodeRole and nodeRoleArn are mutually exclusive to create a managed node group");
  if (role !== undefined) return pulumi.output(role).apply((known) => known.arn);
  return arn ?? args.refuse("nodeRole", "and 'nodeRoleArn' are both missing; expected one of them");
}
