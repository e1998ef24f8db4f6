import {
  asText,
  defineResource,
  type CheckFailure,
  type Context,
  type Properties,
  type ProvisionContext,
} from "../../framework";
import { NodeApi } from "./node-api";
import { DEFAULT_AMI_TYPE, refuseNodeGroup } from "./node-group-checks";
import { nodesOf, type NodePlace } from "./nodes";
import {
  CLUSTER,
  clusterReference,
  eksRoleReference,
  eksSubnetReference,
  invalidParameter,
  resourceInUse,
} from "./shared";
import { DEFAULT_VERSION } from "./versions";

const CAPACITY_TYPES: readonly string[] = ["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"];
const EFFECTS: readonly string[] = ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"];
const DEFAULT_TYPES: readonly string[] = ["t3.medium"];

/** Managed nodes. Each is a real Node of the local Kubernetes API, played by KWOK. */
export const nodeGroup = defineResource({
  type: "aws:eks/nodeGroup:NodeGroup",
  service: "EKS",
  operations: {
    create: "CreateNodegroup",
    read: "DescribeNodegroup",
    update: "UpdateNodegroupConfig",
    delete: "DeleteNodegroup",
  },
  taggable: true,
  autoname: { property: "nodeGroupName", prefixProperty: "nodeGroupNamePrefix", maxLength: 63 },
  required: ["clusterName", "nodeRoleArn", "scalingConfig", "subnetIds"],
  check: checkNodeGroup,
  defaults: (inputs) => ({
    capacityType: "ON_DEMAND",
    diskSize: inputs.has("launchTemplate") ? 0 : 20,
    instanceTypes: inputs.has("launchTemplate") ? [] : [...DEFAULT_TYPES],
    nodeGroupNamePrefix: "",
    updateConfig: { maxUnavailable: 1 },
    amiType: amiType(inputs),
  }),
  computed: ["arn", "releaseVersion", "resources", "status", "version"],
  volatile: ["releaseVersion"],
  sets: ["subnetIds", "taints"],
  replaces: [
    "amiType",
    "capacityType",
    "clusterName",
    "diskSize",
    "instanceTypes",
    "launchTemplate.id",
    "launchTemplate.name",
    "nodeGroupName",
    "nodeGroupNamePrefix",
    "nodeRoleArn",
    "remoteAccess",
    "subnetIds",
  ],
  references: [
    clusterReference("refuse"),
    eksRoleReference("nodeRoleArn"),
    eksSubnetReference("subnetIds[*]"),
    {
      property: "launchTemplate.id",
      to: ["aws:ec2/launchTemplate:LaunchTemplate"],
      missing: invalidParameter((id) => `Launch template with ID ${id} does not exist`),
      onDelete: "ignore",
    },
  ],
  unique: [
    {
      key: (context) =>
        `${context.inputs.stringOr("clusterName", "")}/${context.inputs.stringOr("nodeGroupName", "")}`,
      taken: resourceInUse((key) => {
        const [cluster, group] = key.split("/");
        return `NodeGroup already exists with name ${group} and cluster name ${cluster}`;
      }),
    },
  ],
  quotas: [
    {
      key: "eks.nodeGroupsPerCluster",
      limit: 30,
      per: ["clusterName"],
      exceeded: {
        code: "ResourceLimitExceededException",
        message: (limit) => `You have reached the limit of ${limit} managed node groups in a cluster.`,
      },
    },
  ],
  latency: { create: 110, update: 60, delete: 180 },
  async create(context) {
    const version = await clusterVersion(context);
    await refuseNodeGroup(context, version);
    const cluster = context.inputs.stringOr("clusterName", "");
    const name = context.inputs.stringOr("nodeGroupName", "");
    const arn = context.arn("eks", `nodegroup/${cluster}/${name}/${context.uuid()}`);
    return {
      id: `${cluster}:${name}`,
      arn,
      outputs: {
        arn,
        status: "ACTIVE",
        version,
        releaseVersion: releaseVersion(context.inputs.stringOr("version", version)),
        resources: [
          {
            autoscalingGroups: [{ name: `eks-${name}-${context.uuid()}` }],
            remoteAccessSecurityGroupId: "",
          },
        ],
      },
    };
  },
  async update(context) {
    const version = await clusterVersion(context);
    await refuseNodeGroup(context, version);
    const former = context.state.stringOr("version", version);
    return { releaseVersion: releaseVersion(context.inputs.stringOr("version", former)) };
  },
  async provision(context) {
    await apiOf(context).become(nodesOf(await shapeOf(context, desiredSize(context))));
  },
  async deprovision(context) {
    await apiOf(context).become([]);
  },
  async inspect(context) {
    const present = await apiOf(context).list();
    const size = desiredSize(context);
    return present.size === size
      ? {}
      : { scalingConfig: { ...context.state.map("scalingConfig"), desiredSize: present.size } };
  },
});

function checkNodeGroup(inputs: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const capacity = inputs.string("capacityType");
  if (capacity !== undefined && !CAPACITY_TYPES.includes(capacity)) {
    failures.push({
      property: "capacityType",
      reason: `"${capacity}" is not one of ${CAPACITY_TYPES.join(", ")}`,
    });
  }
  for (const [index, taint] of inputs.maps("taints").entries()) {
    const effect = taint.stringOr("effect", "");
    if (taint.has("effect") && !EFFECTS.includes(effect)) {
      failures.push({
        property: `taints[${index}].effect`,
        reason: `"${effect}" is not one of ${EFFECTS.join(", ")}`,
      });
    }
  }
  return failures;
}

function amiType(inputs: Properties): string {
  const inTemplate =
    inputs.has("launchTemplate") &&
    !inputs.isUnknown("instanceTypes") &&
    inputs.strings("instanceTypes").length === 0;
  return inTemplate ? "CUSTOM" : DEFAULT_AMI_TYPE;
}

function releaseVersion(version: string): string {
  return `${version}.1-20260901`;
}

async function clusterVersion(context: Context): Promise<string> {
  const found = await context.find(CLUSTER, context.inputs.stringOr("clusterName", ""));
  return typeof found?.state.version === "string" ? found.state.version : DEFAULT_VERSION;
}

function desiredSize({ state }: Pick<ProvisionContext, "state">): number {
  return state.number("scalingConfig.desiredSize") ?? 0;
}

function apiOf({ cloud, state }: ProvisionContext): NodeApi {
  return new NodeApi(cloud, { arn: state.stringOr("arn", ""), name: state.stringOr("nodeGroupName", "") });
}

async function shapeOf(context: ProvisionContext, size: number): Promise<Parameters<typeof nodesOf>[0]> {
  const { state } = context;
  const types = state.strings("instanceTypes");
  const labels = Object.entries(state.map("labels")).map(([key, value]) => [key, asText(value)] as const);
  return {
    arn: state.stringOr("arn", ""),
    name: state.stringOr("nodeGroupName", ""),
    region: context.region,
    instanceTypes: types.length > 0 ? types : DEFAULT_TYPES,
    capacityType: state.stringOr("capacityType", "ON_DEMAND"),
    labels: Object.fromEntries(labels),
    taints: state.maps("taints").map((taint) => ({
      key: taint.stringOr("key", ""),
      value: taint.stringOr("value", ""),
      effect: taint.stringOr("effect", ""),
    })),
    places: await placesOf(context),
    desiredSize: size,
  };
}

async function placesOf(context: ProvisionContext): Promise<NodePlace[]> {
  const ids = context.state.strings("subnetIds");
  const subnets = await Promise.all(ids.map((id) => context.find("aws:ec2/subnet:Subnet", id)));
  return subnets.flatMap((subnet) =>
    typeof subnet?.state.availabilityZone === "string"
      ? [{ subnetId: subnet.id, zone: subnet.state.availabilityZone }]
      : [],
  );
}
