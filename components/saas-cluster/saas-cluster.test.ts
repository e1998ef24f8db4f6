import { expect } from "chai";
import * as aws from "@pulumi/aws";
import { record, type Recorded, type Recording } from "../testing/record";
import { at } from "../testing/silo";
import { adminKey } from "../rules/cluster";
import { SaasCluster, type SaasClusterArgs } from "./saas-cluster";

const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/0000";

const ARGS: SaasClusterArgs = {
  clusterName: "eu-1",
  network: {
    vpcId: "vpc-1",
    publicSubnetIds: ["subnet-p"],
    privateSubnetIds: ["subnet-a", "subnet-b", "subnet-c"],
    databaseSubnetIds: ["subnet-d"],
  },
  kubernetesVersion: "1.35",
  serviceCidr: "172.20.0.0/16",
  keyArn: KEY,
  partition: "aws",
  nodes: {
    system: { instanceTypes: ["m7g.large"], min: 2, desired: 2, max: 4 },
    tenants: { instanceTypes: ["m7g.xlarge", "m6g.xlarge"], min: 3, desired: 3, max: 60 },
  },
  tags: { "tenant-id": "shared" },
};

function computed({ type, name }: Recorded): Record<string, unknown> {
  if (type === "eks:index:Cluster") {
    return {
      eksCluster: {
        name: "eu-1",
        arn: "arn:cluster",
        endpoint: "https://eks.example",
        vpcConfig: { clusterSecurityGroupId: "sg-made-by-eks" },
      },
      kubeconfigJson: "{}",
      clusterSecurityGroupId: "sg-1",
      nodeSecurityGroupId: "sg-2",
    };
  }
  if (type === "aws:ec2/launchTemplate:LaunchTemplate") return { latestVersion: 1 };
  return { arn: `arn:${name}` };
}

function recordCluster(
  changes: Partial<SaasClusterArgs> = {},
  use: (cluster: SaasCluster) => void = () => undefined,
): Promise<Recording> {
  return record(() => {
    const provider = new aws.Provider("aws", { region: "eu-central-1" });
    use(new SaasCluster("eu-1", { ...ARGS, ...changes }, { providers: { aws: provider } }));
  }, computed);
}

async function refusal(changes: Partial<SaasClusterArgs>): Promise<string> {
  try {
    await recordCluster(changes);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "accepted";
}

describe("SaasCluster", () => {
  let made: Recording;
  before(async () => {
    made = await recordCluster();
  });

  it("makes exactly the resources of a cluster", () => {
    expect(made.counts()).to.deep.equal({
      "pulumi:providers:aws": 1,
      "tenantry:index:SaasCluster": 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "aws:iam/role:Role": 2,
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 5,
      "eks:index:Cluster": 1,
      "aws:ec2/launchTemplate:LaunchTemplate": 2,
      "eks:index:ManagedNodeGroup": 2,
      "eks:index:Addon": 3,
      "pulumi:providers:kubernetes": 1,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy": 2,
    });
  });

  it("asks EKS for a private, encrypted, logged cluster with access by entries", () => {
    const { inputs } = made.one("eks:index:Cluster", "eu-1");
    expect(inputs).to.deep.include({
      name: "eu-1",
      version: "1.35",
      authenticationMode: "API",
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
      encryptionConfigKeyArn: KEY,
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      skipDefaultNodeGroup: true,
      vpcId: "vpc-1",
      privateSubnetIds: ["subnet-a", "subnet-b", "subnet-c"],
      kubernetesServiceIpAddressRange: "172.20.0.0/16",
    });
    expect(inputs).not.to.have.property("publicAccessCidrs");
  });

  it("enforces network policies and lets pods carry security groups", () => {
    expect(made.one("eks:index:Cluster", "eu-1").inputs["vpcCniOptions"]).to.deep.include({
      enableNetworkPolicy: true,
      enablePodEni: true,
      disableTcpEarlyDemux: true,
      configurationValues: {
        env: { POD_SECURITY_GROUP_ENFORCING_MODE: "standard", NETWORK_POLICY_ENFORCING_MODE: "strict" },
      },
    });
  });

  it("lets everybody ask DNS, and DNS ask the API and the VPC's resolver", () => {
    expect(made.one(POLICY, "eu-1-dns").inputs).to.deep.include({
      metadata: { name: "dns", namespace: "kube-system" },
      spec: {
        podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            ports: [
              { protocol: "UDP", port: 53 },
              { protocol: "TCP", port: 53 },
            ],
          },
        ],
        egress: [
          {
            ports: [
              { protocol: "UDP", port: 53 },
              { protocol: "TCP", port: 53 },
              { protocol: "TCP", port: 443 },
            ],
          },
        ],
      },
    });
  });

  it("leaves no other pod of kube-system without a policy, which strict mode would shut off", () => {
    expect(made.one(POLICY, "eu-1-add-ons").inputs).to.deep.include({
      metadata: { name: "add-ons", namespace: "kube-system" },
      spec: {
        podSelector: { matchExpressions: [{ key: "k8s-app", operator: "NotIn", values: ["kube-dns"] }] },
        policyTypes: ["Ingress", "Egress"],
        ingress: [{}],
        egress: [{}],
      },
    });
  });

  it("has the policies of add-ons before the add-ons", () => {
    for (const policy of made.all(POLICY)) {
      for (const addon of made.all("eks:index:Addon")) {
        expect(made.position(POLICY, policy.name)).to.be.lessThan(
          made.position("eks:index:Addon", addon.name),
        );
      }
    }
  });

  it("answers no question about whose an address is", () => {
    const corefile = at(
      made.one("eks:index:Addon", "eu-1-coredns").inputs,
      "configurationValues",
      "corefile",
    );
    expect(corefile).to.match(/^ {4}kubernetes cluster\.local \{\n {8}pods disabled\n {4}\}$/m);
    expect(corefile).not.to.match(/\.arpa/);
  });

  it("has the log group before EKS would make it", () => {
    expect(made.one("aws:cloudwatch/logGroup:LogGroup", "eu-1-logs").inputs).to.deep.equal({
      name: "/aws/eks/eu-1/cluster",
      kmsKeyId: KEY,
      retentionInDays: 90,
    });
    expect(made.position("aws:cloudwatch/logGroup:LogGroup", "eu-1-logs")).to.be.lessThan(
      made.position("eks:index:Cluster", "eu-1"),
    );
  });

  it("keeps tenants on spot nodes, and off the nodes of the cluster's own", () => {
    const group = (name: string) => made.one("eks:index:ManagedNodeGroup", name).inputs;
    expect(group("eu-1-tenants")).to.deep.include({
      capacityType: "SPOT",
      labels: { "tenantry.io/workload": "tenants" },
      taints: [],
      scalingConfig: { minSize: 3, desiredSize: 3, maxSize: 60 },
    });
    expect(group("eu-1-system")).to.deep.include({
      capacityType: "ON_DEMAND",
      labels: { "tenantry.io/workload": "system" },
      taints: [{ key: "CriticalAddonsOnly", value: "true", effect: "NO_SCHEDULE" }],
    });
  });

  it("boots the image that its instance types' processors run", async () => {
    const amiType = (recording: Recording, name: string) =>
      recording.one("eks:index:ManagedNodeGroup", name).inputs["amiType"];
    expect(amiType(made, "eu-1-system")).to.equal("AL2023_ARM_64_STANDARD");
    expect(amiType(made, "eu-1-tenants")).to.equal("AL2023_ARM_64_STANDARD");
    const system = { ...ARGS.nodes.system, instanceTypes: ["m7i.large"] };
    const mixed = await recordCluster({ nodes: { ...ARGS.nodes, system } });
    expect(amiType(mixed, "eu-1-system")).to.equal("AL2023_x86_64_STANDARD");
    expect(amiType(mixed, "eu-1-tenants")).to.equal("AL2023_ARM_64_STANDARD");
  });

  it("gives pods the group that EKS gives to nodes whose launch template names none", async () => {
    let podsCarry: unknown;
    const recording = await recordCluster({}, (cluster) => {
      cluster.nodeSecurityGroupId.apply((id) => (podsCarry = id));
    });
    expect(podsCarry).to.equal("sg-made-by-eks");
    for (const { name, inputs } of recording.all("aws:ec2/launchTemplate:LaunchTemplate")) {
      expect(inputs, name).not.to.have.any.keys(
        "vpcSecurityGroupIds",
        "securityGroupNames",
        "networkInterfaces",
      );
    }
  });

  for (const name of ["eu-1-system", "eu-1-tenants"]) {
    it(`encrypts the disks of ${name} and keeps its metadata service from pods`, () => {
      const { inputs } = made.one("aws:ec2/launchTemplate:LaunchTemplate", name);
      expect(at(inputs, "blockDeviceMappings", 0, "ebs", "encrypted")).to.equal("true");
      expect(inputs["metadataOptions"]).to.deep.equal({
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      });
    });
  }

  it("runs add-ons when there are nodes for them", () => {
    const nodes = made.position("eks:index:ManagedNodeGroup", "eu-1-system");
    for (const addon of ["eks-pod-identity-agent", "coredns", "metrics-server"]) {
      expect(made.position("eks:index:Addon", `eu-1-${addon}`), addon).to.be.greaterThan(nodes);
    }
  });

  it("makes an access entry of an administrator", async () => {
    const admin = "arn:aws:iam::123456789012:role/admin";
    const { inputs } = (await recordCluster({ access: { admins: [admin] } })).one(
      "eks:index:Cluster",
      "eu-1",
    );
    expect(inputs["accessEntries"]).to.deep.equal({
      [adminKey(admin)]: {
        principalArn: admin,
        accessPolicies: {
          admin: {
            policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
            accessScope: { type: "cluster" },
          },
        },
      },
    });
  });

  it("leaves access entries alone when administrators change places", async () => {
    const admins = ["ada", "bob"].map((name) => `arn:aws:iam::123456789012:role/${name}`);
    const entries = async (of: string[]) =>
      (await recordCluster({ access: { admins: of } })).one("eks:index:Cluster", "eu-1").inputs[
        "accessEntries"
      ];
    expect(await entries([...admins].reverse())).to.deep.equal(await entries(admins));
  });

  it("refuses an administrator twice", async () => {
    const admin = "arn:aws:iam::123456789012:role/admin";
    expect(await refusal({ access: { admins: [admin, admin] } })).to.equal(
      `SaasCluster 'eu-1': access.admins: '${admin}' is there more than once; expected each role once`,
    );
  });

  it("is public to known ranges when it is told so", async () => {
    const access = { endpoint: "public" as const, publicAccessCidrs: ["192.0.2.0/24"] };
    const { inputs } = (await recordCluster({ access })).one("eks:index:Cluster", "eu-1");
    expect(inputs).to.deep.include({ endpointPublicAccess: true, publicAccessCidrs: ["192.0.2.0/24"] });
  });

  it("lets connected networks reach the private API when it is told so", async () => {
    const recording = await recordCluster({ access: { peerCidrs: ["10.100.0.0/16"] } });
    const rule = "aws:ec2/securityGroupRule:SecurityGroupRule";
    expect(recording.one(rule, "eu-1-api-from-peers").inputs).to.deep.include({
      securityGroupId: "sg-1",
      type: "ingress",
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrBlocks: ["10.100.0.0/16"],
    });
    expect(recording.position(POLICY, "eu-1-dns")).to.be.greaterThan(
      recording.position(rule, "eu-1-api-from-peers"),
    );
  });

  it("refuses to be public to everybody", async () => {
    expect(await refusal({ access: { endpoint: "public", publicAccessCidrs: ["0.0.0.0/0"] } })).to.equal(
      "SaasCluster 'eu-1': access.publicAccessCidrs: '0.0.0.0/0'; expected known ranges, each with a prefix of at least /8",
    );
  });

  it("refuses a node group of two architectures", async () => {
    const system = { ...ARGS.nodes.system, instanceTypes: ["m7g.large", "m7i.large"] };
    expect(await refusal({ nodes: { ...ARGS.nodes, system } })).to.contain(
      "nodes.system.instanceTypes: m7g.large (arm64) and m7i.large (x86_64); expected types of one architecture",
    );
  });

  it("refuses nodes that cannot carry tenants' pods", async () => {
    const tenants = { ...ARGS.nodes.tenants, instanceTypes: ["t4g.large"] };
    expect(await refusal({ nodes: { ...ARGS.nodes, tenants } })).to.contain(
      "nodes.tenants.instanceTypes: 't4g.large'; expected a type that supports trunk network interfaces",
    );
  });

  it("refuses days of logs that CloudWatch has not", async () => {
    expect(await refusal({ logRetentionDays: 100 })).to.contain(
      "logRetentionDays: 100; expected one of CloudWatch's 1, 3, 5",
    );
  });

  it("refuses a node group whose sizes are out of order", async () => {
    const nodes = { ...ARGS.nodes, system: { ...ARGS.nodes.system, min: 5 } };
    expect(await refusal({ nodes })).to.contain(
      "nodes.system: min 5, desired 2, max 4; expected min <= desired <= max",
    );
  });
});
