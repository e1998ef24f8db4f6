import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as eks from "@pulumi/eks";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { TestEngine, one, type StateResource } from "../testing/engine";

const CLUSTER = "eks:index:Cluster c";

/** A program that makes a network, a role and a cluster, and what a test adds. */
function program(
  args: Partial<eks.ClusterArgs>,
  more: (
    made: { cluster: eks.Cluster; role: aws.iam.Role },
    options: { providers: aws.Provider[] },
  ) => Record<string, unknown> = () => ({}),
): PulumiFn {
  return async () => {
    const provider = new aws.Provider("aws", { region: "us-east-1" });
    const options = { providers: [provider] };
    const vpc = new awsx.ec2.Vpc("net", { natGateways: { strategy: "None" } }, options);
    const assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "ec2.amazonaws.com" });
    const role = new aws.iam.Role("nodes", { assumeRolePolicy }, { provider });
    const cluster = new eks.Cluster(
      "c",
      {
        name: "shop",
        vpcId: vpc.vpcId,
        publicSubnetIds: vpc.publicSubnetIds,
        privateSubnetIds: vpc.privateSubnetIds,
        instanceRole: role,
        skipDefaultNodeGroup: true,
        ...args,
      },
      options,
    );
    return Promise.resolve({ subnets: vpc.publicSubnetIds, ...more({ cluster, role }, options) });
  };
}

/** Type, name and parent of what the eks components made, in order. */
function table(resources: readonly StateResource[]): string[] {
  return resources
    .filter(({ urn }) => urn.includes("eks:index:"))
    .map(({ type, name, parent }) => `${type} ${name} < ${parent}`)
    .sort();
}

/** What every cluster has that makes its own role. */
const ALWAYS = [
  "aws:ec2/securityGroup:SecurityGroup c-eksClusterSecurityGroup",
  "aws:ec2/securityGroup:SecurityGroup c-nodeSecurityGroup",
  "aws:ec2/securityGroupRule:SecurityGroupRule c-eksClusterIngressRule",
  "aws:ec2/securityGroupRule:SecurityGroupRule c-eksClusterInternetEgressRule",
  "aws:ec2/securityGroupRule:SecurityGroupRule c-eksExtApiServerClusterIngressRule",
  "aws:ec2/securityGroupRule:SecurityGroupRule c-eksNodeClusterIngressRule",
  "aws:ec2/securityGroupRule:SecurityGroupRule c-eksNodeIngressRule",
  "aws:ec2/securityGroupRule:SecurityGroupRule c-eksNodeInternetEgressRule",
  "aws:eks/addon:Addon c-kube-proxy",
  "aws:eks/cluster:Cluster c-eksCluster",
  "eks:index:ServiceRole c-eksRole",
  "eks:index:VpcCniAddon c-vpc-cni",
  "pulumi:providers:kubernetes c-eks-k8s",
].map((child) => `${child} < ${CLUSTER}`);
const BELOW = [
  "aws:eks/addon:Addon c-vpc-cni < eks:index:VpcCniAddon c-vpc-cni",
  "aws:iam/role:Role c-eksRole-role < eks:index:ServiceRole c-eksRole",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment c-eksRole-4b490823 < eks:index:ServiceRole c-eksRole",
  `${CLUSTER} < `,
];

describe("eks on the real engine", function () {
  this.timeout(240_000);
  let engine: TestEngine;
  before(async () => {
    engine = await TestEngine.start();
  });
  afterEach(() => engine.clean());
  after(() => engine.stop());

  it("makes a cluster with access entries, node groups and add-ons", async () => {
    const entries = {
      admin: {
        principalArn: "arn:aws:iam::123456789012:user/ada",
        accessPolicies: {
          all: {
            policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
            accessScope: { type: "cluster" },
          },
        },
      },
    };
    const args = { authenticationMode: "API" as const, accessEntries: entries, createOidcProvider: true };
    const stack = await engine.stack(
      "api",
      program(args, ({ cluster, role }, options) => {
        const plain = new eks.ManagedNodeGroup(
          "plain",
          {
            cluster,
            nodeRole: role,
            instanceTypes: ["m7i.large"],
            capacityType: "SPOT",
            scalingConfig: { minSize: 1, desiredSize: 3, maxSize: 4 },
            ignoreScalingChanges: true,
            labels: { role: "tenants" },
            taints: [{ key: "spot", value: "yes", effect: "NO_SCHEDULE" }],
          },
          options,
        );
        new eks.ManagedNodeGroup(
          "guarded",
          { cluster, nodeRole: role, enableIMDSv2: true, diskSize: 40 },
          options,
        );
        new eks.Addon("dns", { cluster, addonName: "coredns" }, { ...options, dependsOn: plain });
        return {
          kubeconfig: cluster.kubeconfigJson,
          byMethod: cluster.getKubeconfig().result,
          issuer: cluster.oidcIssuer,
          url: cluster.oidcProviderUrl,
          asgName: cluster.defaultNodeGroupAsgName,
          ruleId: cluster.clusterIngressRuleId,
          endpoint: cluster.eksCluster.endpoint,
        };
      }),
    );
    const outputs = await stack.up();
    const resources = await stack.resources();
    expect(table(resources)).to.deep.equal(
      [
        ...ALWAYS,
        ...BELOW,
        `aws:eks/accessEntry:AccessEntry c-admin < ${CLUSTER}`,
        `aws:eks/accessEntry:AccessEntry c-defaultNodeGroupInstanceRole < ${CLUSTER}`,
        `aws:iam/openIdConnectProvider:OpenIdConnectProvider c-oidcProvider < ${CLUSTER}`,
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation c-admin-all < aws:eks/accessEntry:AccessEntry c-admin",
        "eks:index:ManagedNodeGroup plain < ",
        "aws:eks/nodeGroup:NodeGroup plain < eks:index:ManagedNodeGroup plain",
        "eks:index:ManagedNodeGroup guarded < ",
        "aws:ec2/launchTemplate:LaunchTemplate guarded-launchTemplate < eks:index:ManagedNodeGroup guarded",
        "aws:eks/nodeGroup:NodeGroup guarded < eks:index:ManagedNodeGroup guarded",
        `eks:index:Addon dns < ${CLUSTER}`,
        "aws:eks/addon:Addon dns < eks:index:Addon dns",
      ].sort(),
    );
    expect(one(resources, "eks:index:Addon", "dns").urn).to.contain("::eks:index:Cluster$eks:index:Addon::");

    const cluster = one(resources, "aws:eks/cluster:Cluster", "c-eksCluster");
    expect(cluster.inputs).to.deep.include({
      name: "shop",
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      bootstrapSelfManagedAddons: true,
      tags: { Name: "c-eksCluster" },
    });
    expect(cluster.outputs).to.deep.include({
      status: "ACTIVE",
      arn: "arn:aws:eks:us-east-1:123456789012:cluster/shop",
    });
    expect(cluster.outputs.vpcConfig).to.have.property("clusterSecurityGroupId").that.matches(/^sg-/);

    const plain = one(resources, "aws:eks/nodeGroup:NodeGroup", "plain");
    expect(plain.inputs).to.deep.include({ clusterName: "shop", capacityType: "SPOT", version: "1.35" });
    expect(plain.inputs.subnetIds).to.have.length(6);
    expect(plain.inputs).not.to.have.property("amiType");
    const guarded = one(resources, "aws:eks/nodeGroup:NodeGroup", "guarded").inputs;
    const template = one(resources, "aws:ec2/launchTemplate:LaunchTemplate", "guarded-launchTemplate");
    expect(guarded).to.deep.include({
      launchTemplate: { id: template.id, version: "1" },
      scalingConfig: { desiredSize: 2, minSize: 1, maxSize: 2 },
    });
    expect(guarded).not.to.have.property("diskSize");
    expect(template.inputs).to.deep.include({
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2, httpEndpoint: "enabled" },
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: 40 } }],
    });

    expect(outputs.kubeconfig?.secret).to.equal(true);
    expect(outputs.byMethod).to.deep.equal(outputs.kubeconfig);
    expect(String(outputs.kubeconfig?.value)).to.contain(String(outputs.endpoint?.value));
    expect(outputs.url?.value).to.equal(`https://${String(outputs.issuer?.value)}`);
    expect(outputs.asgName?.value).to.equal("");
    expect(outputs.ruleId?.value).to.match(/^sgr-/);
    // The stack itself and its provider count too.
    expect(await stack.preview()).to.deep.equal({ same: resources.length + 2 });
  });

  it("writes the aws-auth ConfigMap where there are no access entries", async () => {
    const roleMappings = [
      { roleArn: "arn:aws:iam::123456789012:role/ops", groups: ["ops"], username: "ops" },
    ];
    const stack = await engine.stack("map", program({ roleMappings }));
    await stack.up();
    const resources = await stack.resources();
    expect(table(resources)).to.deep.equal(
      [...ALWAYS, ...BELOW, `kubernetes:core/v1:ConfigMap c-nodeAccess < ${CLUSTER}`].sort(),
    );
    const { data, metadata } = one(resources, "kubernetes:core/v1:ConfigMap", "c-nodeAccess").inputs;
    expect(metadata).to.deep.include({
      name: "aws-auth",
      namespace: "kube-system",
      annotations: { "pulumi.com/patchForce": "true" },
    });
    expect(data)
      .to.have.property("mapRoles")
      .that.matches(
        /rolearn: arn:aws:iam::123456789012:role\/ops[^]*rolearn: arn:aws:iam::123456789012:role\/nodes-[^]*system:bootstrappers/,
      );
  });

  const refusals: [string, Partial<eks.ClusterArgs>, string][] = [
    ["a default node group", { skipDefaultNodeGroup: false }, "argument 'skipDefaultNodeGroup' must be true"],
    [
      "fargate",
      { fargate: true },
      "eks:index:Cluster 'c': argument 'fargate' is not supported by the local cloud",
    ],
    [
      "an option of the VPC CNI that would patch the cluster",
      { vpcCniOptions: { securityContextPrivileged: true } },
      "argument 'vpcCniOptions.securityContextPrivileged' is not supported by the local cloud",
    ],
    [
      "role mappings in API mode",
      { authenticationMode: "API", roleMappings: [{ roleArn: "arn", groups: [], username: "x" }] },
      "argument 'roleMappings' needs the aws-auth ConfigMap",
    ],
  ];
  for (const [what, args, message] of refusals) {
    it(`refuses ${what}`, async () => {
      const stack = await engine.stack(`refused-${what.replaceAll(" ", "-").toLowerCase()}`, program(args));
      expect(await stack.failure()).to.contain(message);
    });
  }
});
