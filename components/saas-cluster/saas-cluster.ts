import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import type { NetworkLike } from "../network";
import {
  adminKey,
  adminProblems,
  endpointProblems,
  groupSizeProblems,
  instanceTypeProblems,
  trunkProblems,
} from "../rules/cluster";
import { retentionProblems } from "../rules/log-retention";
import { UserError } from "../user-error";
import { createAddons } from "./addons";
import { createNodeGroup, type NodeGroupArgs } from "./node-group";
import { createClusterRole, createNodeRole, type RoleWithPolicies } from "./roles";
import { createSystemPolicies } from "./system-policies";

/** Who may use the cluster, and from where. */
export interface ClusterAccessArgs {
  /** ARNs of IAM roles that administer the cluster, each once, in any order. Default: only who makes it. */
  readonly admins?: readonly string[];
  /** `private`: the API is reached from the VPC and networks connected to it. Default: `private`. */
  readonly endpoint?: "private" | "public";
  /** Ranges that reach a public endpoint; the whole internet is refused. Default: none. */
  readonly publicAccessCidrs?: readonly string[];
  /** Ranges of networks connected to the VPC, from where the private endpoint is reached. Default: none. */
  readonly peerCidrs?: readonly string[];
}

/** Arguments of {@link SaasCluster}. */
export interface SaasClusterArgs {
  /** The cluster's name on AWS. A change replaces the cluster. */
  readonly clusterName: string;
  readonly network: NetworkLike;
  /** For example `1.35`. A change upgrades the control plane, then the nodes. */
  readonly kubernetesVersion: string;
  /** IPv4 range of services. A change replaces the cluster. */
  readonly serviceCidr: string;
  /** The key for Kubernetes secrets and control-plane logs. A change replaces the cluster. */
  readonly keyArn: pulumi.Input<string>;
  /** ARN partition, for example `aws`. */
  readonly partition: string;
  readonly nodes: {
    /** What the cluster itself needs: on demand, tainted `CriticalAddonsOnly`. */
    readonly system: NodeGroupArgs;
    /** Where tenants' pods run: spot by default, labelled `tenantry.io/workload=tenants`, of no t type. */
    readonly tenants: NodeGroupArgs & { readonly spot?: boolean };
  };
  /** The tags that instances and disks carry, which no provider's default tags reach. */
  readonly tags: Readonly<Record<string, string>>;
  readonly access?: ClusterAccessArgs;
  /** Days that control-plane logs are kept, one of the numbers CloudWatch allows. Default: 90. */
  readonly logRetentionDays?: number;
}

/** Every log that an EKS control plane writes. */
const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

const defaults = { endpoint: "private", spot: true, logRetentionDays: 90 } as const;

/**
 * A cell's EKS cluster: private API, access by entries, secrets under the cell's key, every control-plane log kept,
 * network policies enforced by the VPC CNI, security groups and AWS rights for single pods, and two managed node
 * groups: one on demand for what the cluster needs, one on spot for tenants.
 *
 * Needs an explicit `aws` provider, given by `opts.providers` or a parent.
 *
 * ### Cost
 * 73 USD a month for the control plane, and the nodes.
 */
export class SaasCluster extends pulumi.ComponentResource {
  readonly clusterName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** URL of the Kubernetes API. */
  readonly endpoint: pulumi.Output<string>;
  /** Kubeconfig as JSON text, there when the nodes and add-ons are; a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** The control plane's additional group, which says who else reaches the API; neither nodes nor pods carry it. */
  readonly clusterSecurityGroupId: pulumi.Output<string>;
  /**
   * The group that EKS makes for the cluster and gives to its control plane and to managed nodes, as their launch
   * templates name none. It admits everything from itself, so a pod that carries it reaches DNS, the API and the
   * other pods, and the kubelet reaches it. pulumi-eks's output of the same name is another group, of nodes that
   * nobody manages.
   * Source: https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
   */
  readonly nodeSecurityGroupId: pulumi.Output<string>;

  /** @throws UserError naming every argument that is wrong */
  constructor(name: string, args: SaasClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantry:index:SaasCluster", name, {}, opts);
    const problems = clusterProblems(args);
    if (problems.length > 0) throw new UserError(`SaasCluster '${name}': ${problems.join("; ")}`);

    const nodeRole = createNodeRole(name, args.partition, { parent: this });
    const logs = this.createLogs(name, args);
    const cluster = this.createCluster(name, args, nodeRole.role, logs);
    const nodes = this.createNodes(name, args, cluster, nodeRole);
    const peers = this.admitPeers(name, args, cluster);
    const policies = createSystemPolicies(name, cluster, { parent: this, dependsOn: peers });
    const addons = createAddons(name, cluster, { parent: this, dependsOn: [...nodes, ...policies] });

    this.clusterName = cluster.eksCluster.name;
    this.arn = cluster.eksCluster.arn;
    this.endpoint = cluster.eksCluster.endpoint;
    this.kubeconfig = pulumi.secret(
      pulumi.all([cluster.kubeconfigJson, pulumi.all(addons.map(({ urn }) => urn))]).apply(([text]) => text),
    );
    this.clusterSecurityGroupId = cluster.clusterSecurityGroupId;
    this.nodeSecurityGroupId = cluster.eksCluster.vpcConfig.clusterSecurityGroupId;
    this.registerOutputs({ arn: this.arn, endpoint: this.endpoint });
  }

  /** Made before EKS would make it, without encryption and for ever. */
  private createLogs(name: string, args: SaasClusterArgs): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      {
        name: `/aws/eks/${args.clusterName}/cluster`,
        kmsKeyId: args.keyArn,
        retentionInDays: args.logRetentionDays ?? defaults.logRetentionDays,
      },
      { parent: this },
    );
  }

  private createCluster(
    name: string,
    args: SaasClusterArgs,
    nodeRole: aws.iam.Role,
    logs: aws.cloudwatch.LogGroup,
  ): eks.Cluster {
    const { admins = [], endpoint = defaults.endpoint, publicAccessCidrs = [] } = args.access ?? {};
    const { role, attachments } = createClusterRole(name, args.partition, { parent: this });
    return new eks.Cluster(
      name,
      {
        name: args.clusterName,
        version: args.kubernetesVersion,
        authenticationMode: "API",
        accessEntries: Object.fromEntries(
          admins.map((principalArn) => [adminKey(principalArn), adminEntry(principalArn, args.partition)]),
        ),
        endpointPrivateAccess: true,
        endpointPublicAccess: endpoint === "public",
        ...(endpoint === "public" ? { publicAccessCidrs: [...publicAccessCidrs] } : {}),
        encryptionConfigKeyArn: args.keyArn,
        enabledClusterLogTypes: LOG_TYPES,
        serviceRole: role,
        instanceRole: nodeRole,
        skipDefaultNodeGroup: true,
        vpcId: args.network.vpcId,
        privateSubnetIds: args.network.privateSubnetIds,
        kubernetesServiceIpAddressRange: args.serviceCidr,
        vpcCniOptions: {
          enableNetworkPolicy: true,
          // Security groups for single pods, with network policies on top of them, and probes of the kubelet let in.
          // Source: https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html
          enablePodEni: true,
          disableTcpEarlyDemux: true,
          configurationValues: {
            env: {
              POD_SECURITY_GROUP_ENFORCING_MODE: "standard",
              // Until its policies are attached, a new pod may do nothing rather than everything.
              NETWORK_POLICY_ENFORCING_MODE: "strict",
            },
          },
        },
      },
      { parent: this, dependsOn: [logs, ...attachments] },
    );
  }

  /** EKS opens the private endpoint to nodes and pods alone. */
  private admitPeers(
    name: string,
    { access = {} }: SaasClusterArgs,
    cluster: eks.Cluster,
  ): pulumi.Resource[] {
    const { peerCidrs = [] } = access;
    if (peerCidrs.length === 0) return [];
    const rule = new aws.ec2.SecurityGroupRule(
      `${name}-api-from-peers`,
      {
        description: "Connected networks reach the Kubernetes API",
        securityGroupId: cluster.clusterSecurityGroupId,
        type: "ingress",
        protocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrBlocks: [...peerCidrs],
      },
      { parent: this },
    );
    return [rule];
  }

  private createNodes(
    name: string,
    args: SaasClusterArgs,
    cluster: eks.Cluster,
    { role: nodeRole, attachments }: RoleWithPolicies,
  ): pulumi.Resource[] {
    const { system, tenants } = args.nodes;
    const opts = { parent: this, dependsOn: attachments };
    const shared = { cluster, nodeRole, subnetIds: args.network.privateSubnetIds, tags: args.tags };
    return [
      createNodeGroup(
        `${name}-system`,
        {
          ...shared,
          ...system,
          spot: false,
          workload: "system",
          // Cluster add-ons tolerate this taint; nothing of a tenant's does.
          taints: [{ key: "CriticalAddonsOnly", value: "true", effect: "NO_SCHEDULE" }],
        },
        opts,
      ),
      createNodeGroup(
        `${name}-tenants`,
        { ...shared, ...tenants, spot: tenants.spot ?? defaults.spot, workload: "tenants", taints: [] },
        opts,
      ),
    ];
  }
}

function clusterProblems({ nodes, logRetentionDays, access = {} }: SaasClusterArgs): string[] {
  const { admins = [], endpoint = defaults.endpoint, publicAccessCidrs = [] } = access;
  return [
    ...adminProblems(admins).map((problem) => `access.${problem}`),
    ...endpointProblems({ endpoint, publicAccessCidrs }).map((problem) => `access.${problem}`),
    ...groupSizeProblems("nodes.system", nodes.system),
    ...groupSizeProblems("nodes.tenants", nodes.tenants),
    ...instanceTypeProblems("nodes.system.instanceTypes", nodes.system.instanceTypes),
    ...instanceTypeProblems("nodes.tenants.instanceTypes", nodes.tenants.instanceTypes),
    ...trunkProblems("nodes.tenants.instanceTypes", nodes.tenants.instanceTypes),
    ...retentionProblems("logRetentionDays", logRetentionDays),
  ];
}

function adminEntry(principalArn: string, partition: string) {
  const policyArn = `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`;
  return { principalArn, accessPolicies: { admin: { policyArn, accessScope: { type: "cluster" } } } };
}
