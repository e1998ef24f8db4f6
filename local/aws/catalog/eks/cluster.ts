import { readFileSync } from "node:fs";
import { AwsError, defineResource, type Context, type ProvisionContext } from "../../framework";
import { keyReference, securityGroupReference } from "../references";
import { checkCluster, refuseChange, refuseCluster, subnetsOf } from "./cluster-checks";
import {
  CLUSTER,
  eksRoleReference,
  eksSubnetReference,
  invalidParameter,
  resourceInUse,
  timestamp,
} from "./shared";
import { DEFAULT_VERSION } from "./versions";

/** A cluster: its API server and certificate authority are the local cloud's own, whatever its endpoint's access. */
export const cluster = defineResource({
  type: CLUSTER,
  service: "EKS",
  operations: {
    create: "CreateCluster",
    read: "DescribeCluster",
    update: "UpdateClusterConfig",
    delete: "DeleteCluster",
  },
  taggable: true,
  autoname: { property: "name", maxLength: 100 },
  required: ["roleArn", "vpcConfig"],
  check: checkCluster,
  defaults: (inputs) => ({
    bootstrapSelfManagedAddons: true,
    deletionProtection: false,
    accessConfig: {
      authenticationMode: inputs.stringOr("accessConfig.authenticationMode", "CONFIG_MAP"),
      bootstrapClusterCreatorAdminPermissions: true,
    },
    upgradePolicy: { supportType: "EXTENDED" },
  }),
  computed: [
    "arn",
    "certificateAuthority",
    "clusterId",
    "createdAt",
    "endpoint",
    "identities",
    "kubernetesNetworkConfig.ipFamily",
    "kubernetesNetworkConfig.serviceIpv4Cidr",
    "platformVersion",
    "status",
    "version",
    "vpcConfig.clusterSecurityGroupId",
    "vpcConfig.vpcId",
  ],
  volatile: ["platformVersion"],
  sets: ["enabledClusterLogTypes"],
  replaces: [
    "name",
    "roleArn",
    "bootstrapSelfManagedAddons",
    "accessConfig.bootstrapClusterCreatorAdminPermissions",
    "kubernetesNetworkConfig.ipFamily",
    "kubernetesNetworkConfig.serviceIpv4Cidr",
  ],
  references: [
    eksRoleReference("roleArn"),
    eksSubnetReference("vpcConfig.subnetIds[*]"),
    securityGroupReference("vpcConfig.securityGroupIds[*]"),
    keyReference(
      "encryptionConfig.provider.keyArn",
      invalidParameter((arn) => `The keyArn in encryptionConfig provider is invalid: ${arn}`),
    ),
  ],
  unique: [
    {
      key: (context) => context.inputs.string("name"),
      taken: resourceInUse((name) => `Cluster already exists with name: ${name}`),
    },
  ],
  quotas: [
    {
      key: "eks.clusters",
      limit: 100,
      exceeded: {
        code: "ResourceLimitExceededException",
        message: (limit) => `You have reached the limit of ${limit} clusters.`,
      },
    },
  ],
  latency: { create: 540, update: 300, delete: 180 },
  inUse: resourceInUse(() => "Cluster has nodegroups attached"),
  async create(context) {
    await refuseCluster(context);
    const name = context.inputs.stringOr("name", "");
    const arn = context.arn("eks", `cluster/${name}`);
    const version = context.inputs.stringOr("version", DEFAULT_VERSION);
    const vpcId = await vpcOf(context);
    return {
      id: name,
      arn,
      outputs: {
        arn,
        createdAt: timestamp(),
        clusterId: "",
        identities: [{ oidcs: [{ issuer: issuer(context) }] }],
        kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: "10.100.0.0/16" },
        platformVersion: "eks.1",
        status: "ACTIVE",
        version,
        vpcConfig: { clusterSecurityGroupId: insertSecurityGroup(context, name, vpcId), vpcId },
      },
    };
  },
  async update(context) {
    refuseChange(context);
    await refuseCluster(context);
    return {};
  },
  delete(context) {
    if (context.state.flag("deletionProtection")) {
      throw new AwsError(
        "InvalidRequestException",
        "The cluster cannot be deleted because deletion protection is enabled.",
      );
    }
  },
  provision: (context) => Promise.resolve(access(context)),
  inspect: (context) => Promise.resolve(access(context)),
});

/** Where the real API server is. */
function access({ cloud }: ProvisionContext): { endpoint: string; certificateAuthority: { data: string } } {
  const authority = readFileSync(cloud.kubernetes.certificateAuthority);
  return {
    endpoint: cloud.kubernetes.server,
    certificateAuthority: { data: authority.toString("base64") },
  };
}

function issuer(context: Context): string {
  const domain = context.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://oidc.eks.${context.region}.${domain}/id/${context.hex(32).toUpperCase()}`;
}

async function vpcOf(context: Context): Promise<string> {
  const [subnet] = await subnetsOf(context, context.inputs.strings("vpcConfig.subnetIds"));
  return typeof subnet?.state.vpcId === "string" ? subnet.state.vpcId : "";
}

const ANY_TRAFFIC = { protocol: "-1", fromPort: 0, toPort: 0 };

/**
 * The security group that EKS gives every cluster for its control plane and its managed nodes: they reach each other,
 * and everything outside.
 */
function insertSecurityGroup(context: Context, cluster: string, vpcId: string): string {
  const id = `sg-${context.hex(17)}`;
  const arn = context.arn("ec2", `security-group/${id}`);
  const tags = { Name: `eks-cluster-sg-${cluster}`, [`kubernetes.io/cluster/${cluster}`]: "owned" };
  context.insert({
    type: "aws:ec2/securityGroup:SecurityGroup",
    id,
    arn,
    name: `eks-cluster-sg-${cluster}`,
    state: {
      id,
      arn,
      vpcId,
      name: `eks-cluster-sg-${cluster}-${context.hex(10)}`,
      description:
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes",
      ownerId: context.accountId,
      region: context.region,
      ingress: [{ ...ANY_TRAFFIC, self: true }],
      egress: [{ ...ANY_TRAFFIC, cidrBlocks: ["0.0.0.0/0"] }],
      tags,
      tagsAll: tags,
    },
  });
  return id;
}
