import type * as pulumi from "@pulumi/pulumi";
import type { Arguments } from "../components/arguments";
import type { RoleReference } from "./references";

/** Tags by key. */
export type TagMap = Record<string, pulumi.Input<string>>;

/** Tags, known or not. */
export type Tags = pulumi.Input<TagMap>;

/** Who may use a cluster: entries, the `aws-auth` ConfigMap, or both. */
export type AuthenticationMode = "API" | "API_AND_CONFIG_MAP" | "CONFIG_MAP";

/** Arguments of `eks:index:Cluster` that are handled. */
export const CLUSTER_ARGUMENTS: readonly string[] = [
  "accessEntries",
  "authenticationMode",
  "bootstrapSelfManagedAddons",
  "clusterSecurityGroupTags",
  "clusterTags",
  "corednsAddonOptions",
  "createOidcProvider",
  "deletionProtection",
  "enabledClusterLogTypes",
  "encryptionConfigKeyArn",
  "endpointPrivateAccess",
  "endpointPublicAccess",
  "instanceRole",
  "instanceRoles",
  "kubeProxyAddonOptions",
  "kubernetesServiceIpAddressRange",
  "name",
  "nodeSecurityGroupTags",
  "privateSubnetIds",
  "publicAccessCidrs",
  "publicSubnetIds",
  "roleMappings",
  "serviceRole",
  "skipDefaultNodeGroup",
  "subnetIds",
  "tags",
  "upgradePolicy",
  "useDefaultVpcCni",
  "userMappings",
  "version",
  "vpcCniOptions",
  "vpcId",
];

/** The arguments that say what a cluster's parts are. */
export interface ClusterArguments {
  /** `undefined` if the program leaves it to EKS, which then takes the ConfigMap. */
  mode: AuthenticationMode | undefined;
  hasEntries: boolean;
  hasConfigMap: boolean;
  /** Roles of nodes. */
  instanceRoles: pulumi.Input<RoleReference>[];
  /** Subnets: public ones, then private ones; or those given as they are. */
  publicSubnetIds: pulumi.Input<pulumi.Input<string>[]> | undefined;
  privateSubnetIds: pulumi.Input<pulumi.Input<string>[]> | undefined;
  subnetIds: pulumi.Input<pulumi.Input<string>[]> | undefined;
  vpcId: pulumi.Input<string>;
  tags: Tags | undefined;
  /** All the others. */
  given: Arguments;
}

/** Reads the arguments. @throws {Error} If one asks for something that is not simulated; names it. */
export function readClusterArguments(args: Arguments): ClusterArguments {
  const mode = args.choice<AuthenticationMode>("authenticationMode", [
    "API",
    "API_AND_CONFIG_MAP",
    "CONFIG_MAP",
  ]);
  const role = args.input<RoleReference>("instanceRole");
  const roles = args.list("instanceRoles");
  if (args.flag("skipDefaultNodeGroup") !== true)
    args.refuse("skipDefaultNodeGroup", "must be true: the local cloud makes no default node group");
  if (role !== undefined && roles !== undefined)
    throw new Error("instanceRole and instanceRoles are mutually exclusive, and cannot both be set.");
  if (mode === "API") {
    for (const name of ["instanceRoles", "roleMappings", "userMappings"]) {
      const list = args.list(name) ?? [];
      if (list.length > 0)
        args.refuse(name, "needs the aws-auth ConfigMap, which authenticationMode API has not");
    }
  }
  const instanceRoles = role === undefined ? listed(args, "instanceRoles") : [role];
  return {
    mode,
    hasEntries: mode === "API" || mode === "API_AND_CONFIG_MAP",
    hasConfigMap: mode !== "API",
    instanceRoles,
    publicSubnetIds: args.input("publicSubnetIds"),
    privateSubnetIds: args.input("privateSubnetIds"),
    subnetIds: args.input("subnetIds"),
    vpcId: args.input("vpcId") ?? args.refuse("vpcId", "is missing: the local account has no default VPC"),
    tags: args.input("tags"),
    given: args,
  };
}

function listed(args: Arguments, name: string): pulumi.Input<RoleReference>[] {
  const list = args.input<pulumi.Input<RoleReference>[]>(name);
  return Array.isArray(list) ? list : [];
}
