import { Cluster as AwsCluster } from "@pulumi/aws/eks/cluster";
import type { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider";
import type { Role } from "@pulumi/aws/iam/role";
import * as pulumi from "@pulumi/pulumi";
import { Arguments } from "../components/arguments";
import type { ComponentDefinition } from "../components/serve";
import { createAccessEntries } from "./access-entries";
import { CLUSTER_ARGUMENTS, readClusterArguments, type ClusterArguments, type TagMap } from "./arguments";
import { createClusterAddons } from "./cluster-addons";
import { localKubeconfig } from "./kubeconfig";
import { KubernetesProvider } from "./kubernetes";
import { createNodeAccess } from "./node-access";
import { CLUSTER_TYPE, type RoleReference } from "./references";
import { createClusterGroup, createNodeGroup, merged } from "./security-groups";
import { ServiceRole } from "./service-role";
import { VPC_CNI_OPTIONS, VpcCniAddon } from "./vpc-cni";

/** `eks:index:Cluster` without a default node group. */
export const clusterComponent: ComponentDefinition = {
  supports: CLUSTER_ARGUMENTS,
  construct(name, inputs, options) {
    const args = readClusterArguments(
      new Arguments({ type: CLUSTER_TYPE, names: CLUSTER_ARGUMENTS }, inputs),
    );
    const cluster = new Cluster(name, args, options);
    return { component: cluster, outputs: cluster.result };
  },
};

/** Digits of a thumbprint: there is no issuer locally whose certificate could be read. */
const THUMBPRINT = "0".repeat(40);

class Cluster extends pulumi.ComponentResource {
  /** The outputs that the program gets. */
  readonly result: pulumi.Inputs;

  constructor(
    private readonly name: string,
    private readonly args: ClusterArguments,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super(CLUSTER_TYPE, name, {}, opts);
    const { given } = args;
    const role = given.input<RoleReference>("serviceRole") ?? this.createRole();
    const clusterGroup = createClusterGroup(name, args, this);
    const cluster = this.createCluster(role, clusterGroup);
    // Where the API is, is known only when the cluster is there.
    const kubeconfig = pulumi.secret(cluster.endpoint.apply(localKubeconfig));
    const kubeconfigJson = kubeconfig.apply((value) => JSON.stringify(value));
    createClusterAddons(name, args, cluster, this);
    const provider = new KubernetesProvider(`${name}-eks-k8s`, kubeconfigJson, { parent: this });
    const entries = createAccessEntries(name, args, cluster, this);
    const nodeAccess = createNodeAccess(name, args, provider, this);
    const cniOptions = given.nested("vpcCniOptions", VPC_CNI_OPTIONS);
    const vpcCni = given.flag("useDefaultVpcCni")
      ? undefined
      : new VpcCniAddon(`${name}-vpc-cni`, cluster, cniOptions, args.tags, {
          parent: this,
          providers: { kubernetes: provider },
          dependsOn: [...entries, ...nodeAccess],
        });
    const issuer = cluster.identities.apply((identities) => identities[0]?.oidcs?.[0]?.issuer ?? "");
    const oidcProvider = this.createOidcProvider(issuer);
    const nodes = createNodeGroup(name, args, clusterGroup, cluster.name, this);
    const core = {
      cluster,
      clusterIamRole: role,
      clusterSecurityGroup: clusterGroup,
      instanceRoles: args.instanceRoles,
      provider,
      vpcCni,
      oidcProvider,
      eksNodeAccess: nodeAccess[0],
      vpcId: args.vpcId,
      subnetIds: this.subnetIds(),
      publicSubnetIds: args.publicSubnetIds,
      privateSubnetIds: args.privateSubnetIds,
      endpoint: cluster.endpoint,
      kubeconfig,
      // An output that stays unset counts as unknown in a preview, and would make the whole core unknown.
      encryptionConfig: given.has("encryptionConfigKeyArn") ? cluster.encryptionConfig : undefined,
      accessEntries: entries.length > 0 ? entries.map(({ id }) => id) : undefined,
      nodeGroupOptions: {
        nodeSecurityGroup: nodes.node,
        clusterIngressRule: nodes.clusterIngress,
        version: given.input("version"),
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
      clusterSecurityGroup: clusterGroup,
      clusterSecurityGroupId: clusterGroup.id,
      clusterIngressRuleId: nodes.clusterIngress.securityGroupRuleId,
      eksClusterIngressRule: nodes.clusterIngress,
      nodeSecurityGroup: nodes.node,
      nodeSecurityGroupId: nodes.node.id,
      instanceRoles: args.instanceRoles,
      defaultNodeGroup: undefined,
      defaultNodeGroupAsgName: "",
      fargateProfileId: "",
      fargateProfileStatus: "",
      autoModeNodeRoleName: "",
      oidcProviderArn: oidcProvider === undefined ? "" : oidcProvider.arn,
      oidcProviderUrl: issuer,
      oidcIssuer: issuer.apply((url) => url.replace(/^https:\/\//, "")),
    };
    this.registerOutputs(this.result);
  }

  private createRole(): pulumi.Output<Role> {
    const args = {
      service: "eks.amazonaws.com",
      actions: ["sts:AssumeRole", "sts:TagSession"],
      description: "Allows EKS to manage clusters on your behalf.",
      policies: ["AmazonEKSClusterPolicy"],
      tags: this.args.tags,
    };
    return new ServiceRole(`${this.name}-eksRole`, args, { parent: this }).ready;
  }

  private createCluster(role: pulumi.Input<RoleReference | Role>, group: SecurityGroup): AwsCluster {
    const { given, mode, tags } = this.args;
    const keyArn = given.input<string>("encryptionConfigKeyArn");
    const serviceIpv4Cidr = given.input<string>("kubernetesServiceIpAddressRange");
    const name = `${this.name}-eksCluster`;
    return new AwsCluster(
      name,
      {
        name: given.input("name"),
        roleArn: pulumi.output(role).apply(({ arn }) => arn),
        version: given.input("version"),
        vpcConfig: {
          subnetIds: this.subnetIds(),
          securityGroupIds: [group.id],
          endpointPrivateAccess: given.input("endpointPrivateAccess"),
          endpointPublicAccess: given.input("endpointPublicAccess"),
          publicAccessCidrs: given.input("publicAccessCidrs"),
        },
        accessConfig:
          mode === undefined
            ? undefined
            : { authenticationMode: mode, bootstrapClusterCreatorAdminPermissions: true },
        bootstrapSelfManagedAddons: given.input("bootstrapSelfManagedAddons") ?? true,
        deletionProtection: given.input("deletionProtection"),
        encryptionConfig: keyArn === undefined ? undefined : { provider: { keyArn }, resources: ["secrets"] },
        enabledClusterLogTypes: given.input("enabledClusterLogTypes"),
        kubernetesNetworkConfig: serviceIpv4Cidr === undefined ? undefined : { serviceIpv4Cidr },
        upgradePolicy: given.input("upgradePolicy"),
        tags: merged({ Name: name }, tags, given.input<TagMap>("clusterTags")),
      },
      {
        parent: this,
        ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
      },
    );
  }

  private createOidcProvider(url: pulumi.Output<string>): OpenIdConnectProvider | undefined {
    if (this.args.given.flag("createOidcProvider") !== true) return undefined;
    return new OpenIdConnectProvider(
      `${this.name}-oidcProvider`,
      { clientIdLists: ["sts.amazonaws.com"], url, thumbprintLists: [THUMBPRINT] },
      { parent: this },
    );
  }

  /** Public ones first, then private ones; or those given without saying which they are. */
  private subnetIds(): pulumi.Output<string[]> {
    const { publicSubnetIds, privateSubnetIds, subnetIds } = this.args;
    if (publicSubnetIds === undefined && privateSubnetIds === undefined && subnetIds === undefined)
      this.args.given.refuse("subnetIds", "is missing: the local account has no default VPC");
    return pulumi
      .all([publicSubnetIds, privateSubnetIds, subnetIds])
      .apply(([open = [], closed = [], others = []]) =>
        open.length + closed.length > 0 ? [...open, ...closed] : others,
      );
  }
}
