import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentDefinition } from "../components/serve";
import { createAccessEntries, type AccessEntryArgs } from "./access-entries";
import { createAddon, VpcCniAddon, type CniOptions } from "./cluster-addons";
import { createSecurityGroups, type SecurityGroups } from "./security-groups";
import { ServiceRole } from "./service-role";

type Tags = pulumi.Input<Record<string, pulumi.Input<string>>>;

/** What of the official arguments is handled. */
export interface ClusterArgs {
  readonly name?: pulumi.Input<string>;
  readonly version?: pulumi.Input<string>;
  readonly authenticationMode?: string;
  readonly accessEntries?: Readonly<Record<string, AccessEntryArgs>>;
  readonly endpointPrivateAccess?: pulumi.Input<boolean>;
  readonly endpointPublicAccess?: pulumi.Input<boolean>;
  readonly publicAccessCidrs?: pulumi.Input<pulumi.Input<string>[]>;
  readonly encryptionConfigKeyArn?: pulumi.Input<string>;
  readonly enabledClusterLogTypes?: pulumi.Input<pulumi.Input<string>[]>;
  readonly serviceRole?: pulumi.Input<aws.iam.Role>;
  readonly instanceRole?: pulumi.Input<aws.iam.Role>;
  readonly skipDefaultNodeGroup?: boolean;
  readonly vpcId?: pulumi.Input<string>;
  readonly publicSubnetIds?: pulumi.Input<string[]>;
  readonly privateSubnetIds?: pulumi.Input<string[]>;
  readonly kubernetesServiceIpAddressRange?: pulumi.Input<string>;
  readonly createOidcProvider?: boolean;
  readonly clusterTags?: Tags;
  readonly clusterSecurityGroupTags?: Tags;
  readonly nodeSecurityGroupTags?: Tags;
  readonly tags?: Tags;
  readonly vpcCniOptions?: CniOptions;
}

/** `eks:index:Cluster` in API mode, without a default node group. */
export const clusterComponent: ComponentDefinition = {
  supports: [
    "name",
    "version",
    "authenticationMode",
    "accessEntries",
    "endpointPrivateAccess",
    "endpointPublicAccess",
    "publicAccessCidrs",
    "encryptionConfigKeyArn",
    "enabledClusterLogTypes",
    "serviceRole",
    "instanceRole",
    "skipDefaultNodeGroup",
    "vpcId",
    "publicSubnetIds",
    "privateSubnetIds",
    "kubernetesServiceIpAddressRange",
    "createOidcProvider",
    "clusterTags",
    "clusterSecurityGroupTags",
    "nodeSecurityGroupTags",
    "tags",
    "vpcCniOptions",
  ],
  construct(name, inputs, options) {
    const cluster = new Cluster(name, inputs, options);
    return { component: cluster, outputs: cluster.result };
  },
};

let readKubeconfig: (server: pulumi.Output<string>) => pulumi.Output<object> = () => {
  throw new Error("eks: the local cluster's kubeconfig is not set");
};

/** Says how the cluster's kubeconfig is had; locally it is that of the real local API. */
export function useKubeconfig(read: typeof readKubeconfig): void {
  readKubeconfig = read;
}

class Cluster extends pulumi.ComponentResource {
  readonly result: pulumi.Inputs;

  constructor(name: string, args: ClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:Cluster", name, {}, opts);
    refuse(name, args);
    const tags = args.tags ?? {};
    const role = args.serviceRole ? pulumi.output(args.serviceRole) : this.createRole(name, tags);
    const groups = createSecurityGroups(name, args, this);
    const cluster = this.createCluster(name, args, role, groups);
    const inNodes = groups.addNodeGroup(cluster.name);
    const kubeconfig = pulumi.secret(readKubeconfig(cluster.endpoint));
    const kubeconfigJson = kubeconfig.apply((value) => JSON.stringify(value));
    const provider = new kubernetes.Provider(
      `${name}-eks-k8s`,
      { kubeconfig: kubeconfigJson },
      { parent: this },
    );
    const entries = createAccessEntries(name, args, cluster, this);
    createAddon(`${name}-kube-proxy`, "kube-proxy", cluster, tags, { parent: this });
    const vpcCni = new VpcCniAddon(`${name}-vpc-cni`, cluster, args.vpcCniOptions ?? {}, tags, {
      parent: this,
      providers: { kubernetes: provider },
      dependsOn: entries,
    });
    const oidcProvider = args.createOidcProvider ? this.createOidcProvider(name, cluster) : undefined;
    const issuer = cluster.identities.apply((identities) => identities[0]?.oidcs?.[0]?.issuer ?? "");
    const instanceRoles = args.instanceRole ? [args.instanceRole] : [];
    const core = {
      cluster,
      clusterIamRole: role,
      clusterSecurityGroup: groups.cluster,
      instanceRoles,
      provider,
      vpcCni,
      oidcProvider,
      vpcId: args.vpcId,
      subnetIds: subnetsOf(args),
      publicSubnetIds: args.publicSubnetIds,
      privateSubnetIds: args.privateSubnetIds,
      endpoint: cluster.endpoint,
      kubeconfig,
      encryptionConfig: cluster.encryptionConfig,
      nodeGroupOptions: {
        nodeSecurityGroup: inNodes.node,
        clusterIngressRule: inNodes.clusterIngress,
        version: args.version,
      },
      storageClasses: {},
      tags: args.tags,
      autoModeNodeRoleName: "",
    };
    this.result = {
      core,
      eksCluster: cluster,
      kubeconfig,
      kubeconfigJson,
      awsProvider: undefined,
      clusterSecurityGroup: groups.cluster,
      clusterSecurityGroupId: groups.cluster.id,
      clusterIngressRuleId: inNodes.clusterIngress.securityGroupRuleId,
      eksClusterIngressRule: inNodes.clusterIngress,
      nodeSecurityGroup: inNodes.node,
      nodeSecurityGroupId: inNodes.node.id,
      instanceRoles,
      defaultNodeGroup: undefined,
      defaultNodeGroupAsgName: "",
      fargateProfileId: "",
      fargateProfileStatus: "",
      autoModeNodeRoleName: "",
      oidcProviderArn: oidcProvider ? oidcProvider.arn : "",
      oidcProviderUrl: issuer,
      oidcIssuer: issuer.apply((url) => url.replace(/^https:\/\//, "")),
    };
    this.registerOutputs(this.result);
  }

  private createRole(name: string, tags: Tags): pulumi.Output<aws.iam.Role> {
    return new ServiceRole(
      `${name}-eksRole`,
      {
        service: "eks.amazonaws.com",
        actions: ["sts:AssumeRole", "sts:TagSession"],
        description: "Allows EKS to manage clusters on your behalf.",
        policies: ["AmazonEKSClusterPolicy"],
        tags,
      },
      { parent: this },
    ).ready;
  }

  private createCluster(
    name: string,
    args: ClusterArgs,
    role: pulumi.Output<aws.iam.Role>,
    groups: SecurityGroups,
  ): aws.eks.Cluster {
    return new aws.eks.Cluster(
      `${name}-eksCluster`,
      {
        name: args.name,
        roleArn: role.arn,
        version: args.version,
        vpcConfig: {
          subnetIds: subnetsOf(args),
          securityGroupIds: [groups.cluster.id],
          endpointPrivateAccess: args.endpointPrivateAccess,
          endpointPublicAccess: args.endpointPublicAccess,
          publicAccessCidrs: args.publicAccessCidrs,
        },
        accessConfig: {
          authenticationMode: args.authenticationMode,
          bootstrapClusterCreatorAdminPermissions: true,
        },
        bootstrapSelfManagedAddons: true,
        encryptionConfig:
          args.encryptionConfigKeyArn === undefined
            ? undefined
            : { provider: { keyArn: args.encryptionConfigKeyArn }, resources: ["secrets"] },
        enabledClusterLogTypes: args.enabledClusterLogTypes,
        kubernetesNetworkConfig:
          args.kubernetesServiceIpAddressRange === undefined
            ? undefined
            : { serviceIpv4Cidr: args.kubernetesServiceIpAddressRange },
        tags: pulumi.all([args.tags, args.clusterTags]).apply(([all, own]) => ({
          Name: `${name}-eksCluster`,
          ...all,
          ...own,
        })),
      },
      {
        parent: this,
        ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
      },
    );
  }

  private createOidcProvider(name: string, cluster: aws.eks.Cluster): aws.iam.OpenIdConnectProvider {
    const url = cluster.identities.apply((identities) => identities[0]?.oidcs?.[0]?.issuer ?? "");
    return new aws.iam.OpenIdConnectProvider(
      `${name}-oidcProvider`,
      // The thumbprint is not read off the issuer's certificate: there is no issuer to connect to.
      { clientIdLists: ["sts.amazonaws.com"], url, thumbprintLists: ["0".repeat(40)] },
      { parent: this },
    );
  }
}

function refuse(name: string, args: ClusterArgs): void {
  const expected: [string, unknown, unknown][] = [
    ["authenticationMode", args.authenticationMode ?? "CONFIG_MAP", "API"],
    ["skipDefaultNodeGroup", args.skipDefaultNodeGroup ?? false, true],
    ["vpcId", args.vpcId === undefined ? "the account's default VPC" : "given", "given"],
    ["instanceRole", args.instanceRole === undefined ? "made by the component" : "given", "given"],
  ];
  for (const [argument, found, wanted] of expected) {
    if (found !== wanted) {
      throw new Error(
        `eks:index:Cluster '${name}': ${argument} '${String(found)}' is not supported by the local cloud; expected '${String(wanted)}'`,
      );
    }
  }
}

/** Public subnets first, as the official component orders them. */
function subnetsOf({ publicSubnetIds = [], privateSubnetIds = [] }: ClusterArgs): pulumi.Output<string[]> {
  return pulumi.all([publicSubnetIds, privateSubnetIds]).apply(([open, closed]) => [...open, ...closed]);
}
