import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import type * as pulumi from "@pulumi/pulumi";
import { amiTypeOf, type GroupSize } from "../rules/cluster";

/** What one group of nodes is made of. */
export interface NodeGroupArgs extends GroupSize {
  /** Instance types it may take, all Graviton or all x86: they boot one image. Several make spot interruptions rarer. */
  readonly instanceTypes: readonly string[];
  /** Size of a node's disk, in GiB. Default: 50. */
  readonly diskSizeGiB?: number;
}

/** A node group, and what its cluster says of it. */
export interface PlacedNodeGroupArgs extends NodeGroupArgs {
  readonly cluster: eks.Cluster;
  readonly nodeRole: aws.iam.Role;
  readonly subnetIds: pulumi.Input<string[]>;
  readonly spot: boolean;
  /** Value of the label `tenantry.io/workload`. */
  readonly workload: "system" | "tenants";
  readonly taints: readonly { key: string; value: string; effect: string }[];
  /** Tags of instances and disks. */
  readonly tags: Readonly<Record<string, string>>;
}

const defaults = { diskSizeGiB: 50 };

/** Makes a managed node group from a launch template that encrypts disks and keeps pods off the metadata service. */
export function createNodeGroup(
  name: string,
  args: PlacedNodeGroupArgs,
  opts: pulumi.CustomResourceOptions,
): eks.ManagedNodeGroup {
  const template = createLaunchTemplate(name, args, opts);
  return new eks.ManagedNodeGroup(
    name,
    {
      cluster: args.cluster,
      nodeRole: args.nodeRole,
      subnetIds: args.subnetIds,
      instanceTypes: [...args.instanceTypes],
      amiType: amiTypeOf(args.instanceTypes),
      capacityType: args.spot ? "SPOT" : "ON_DEMAND",
      scalingConfig: { minSize: args.min, desiredSize: args.desired, maxSize: args.max },
      // An autoscaler moves the desired size; an update must not move it back.
      ignoreScalingChanges: true,
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      labels: { "tenantry.io/workload": args.workload },
      taints: [...args.taints],
    },
    opts,
  );
}

function createLaunchTemplate(
  name: string,
  { diskSizeGiB = defaults.diskSizeGiB, tags }: PlacedNodeGroupArgs,
  opts: pulumi.CustomResourceOptions,
): aws.ec2.LaunchTemplate {
  return new aws.ec2.LaunchTemplate(
    name,
    {
      updateDefaultVersion: true,
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: { encrypted: "true", volumeType: "gp3", volumeSize: diskSizeGiB, deleteOnTermination: "true" },
        },
      ],
      // One hop is the node itself: a pod's request is one hop further and gets no answer.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      tagSpecifications: ["instance", "volume"].map((resourceType) => ({
        resourceType,
        tags: { ...tags, Name: name },
      })),
    },
    opts,
  );
}
