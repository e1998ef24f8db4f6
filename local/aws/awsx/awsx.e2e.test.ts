import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { TestEngine, one, type StateResource } from "../testing/engine";

const S3 = "com.amazonaws.us-east-1.s3";
const SPECS: awsx.types.input.ec2.SubnetSpecArgs[] = [
  { type: "Private", cidrMask: 19 },
  { type: "Public", cidrMask: 22 },
  { type: "Isolated", cidrMask: 24, tags: { purpose: "data" } },
];

function provider(): { providers: aws.Provider[] } {
  return { providers: [new aws.Provider("aws", { region: "us-east-1" })] };
}

/** A program that makes a VPC with an endpoint. */
function network(strategy: "Single" | "OnePerAz"): PulumiFn {
  return async () => {
    const vpc = new awsx.ec2.Vpc(
      "net",
      {
        cidrBlock: "10.42.0.0/16",
        natGateways: { strategy },
        subnetStrategy: "Auto",
        subnetSpecs: SPECS,
        vpcEndpointStrategy: "Auto",
        vpcEndpointSpecs: [{ serviceName: S3 }],
        tags: { team: "a" },
      },
      provider(),
    );
    return Promise.resolve({
      layout: vpc.subnetLayout,
      cidrs: vpc.subnets.apply((subnets) => subnets.map(({ cidrBlock }) => cidrBlock)),
      isolated: vpc.isolatedSubnetIds,
      vpcId: vpc.vpcId,
    });
  };
}

/** Type, name and parent of everything, in order. */
function table(resources: readonly StateResource[]): string[] {
  return resources.map(({ type, name, parent }) => `${type} ${name} < ${parent}`).sort();
}

/** The children of a VPC `net` of three zones with an S3 endpoint. */
function networkTable(natZones: readonly number[]): string[] {
  const perSubnet = ["private", "public", "isolated"].flatMap((kind) =>
    [1, 2, 3].flatMap((zone) => {
      const name = `net-${kind}-${zone}`;
      const inTable = `< aws:ec2/routeTable:RouteTable ${name}`;
      return [
        `aws:ec2/subnet:Subnet ${name} < aws:ec2/vpc:Vpc net`,
        `aws:ec2/routeTable:RouteTable ${name} < aws:ec2/subnet:Subnet ${name}`,
        `aws:ec2/routeTableAssociation:RouteTableAssociation ${name} ${inTable}`,
        ...(kind === "isolated" ? [] : [`aws:ec2/route:Route ${name} ${inTable}`]),
      ];
    }),
  );
  return [
    "awsx:ec2:Vpc net < ",
    "aws:ec2/vpc:Vpc net < awsx:ec2:Vpc net",
    "aws:ec2/internetGateway:InternetGateway net < aws:ec2/vpc:Vpc net",
    `aws:ec2/vpcEndpoint:VpcEndpoint ${S3} < aws:ec2/vpc:Vpc net`,
    ...perSubnet,
    ...natZones.flatMap((zone) => [
      `aws:ec2/eip:Eip net-${zone} < aws:ec2/subnet:Subnet net-public-${zone}`,
      `aws:ec2/natGateway:NatGateway net-${zone} < aws:ec2/subnet:Subnet net-public-${zone}`,
    ]),
  ].sort();
}

describe("awsx on the real engine", function () {
  this.timeout(240_000);
  let engine: TestEngine;
  before(async () => {
    engine = await TestEngine.start();
  });
  afterEach(() => engine.clean());
  after(() => engine.stop());

  it("makes a VPC's 39 children and itself, with one NAT gateway", async () => {
    const stack = await engine.stack("single", network("Single"));
    const outputs = await stack.up();
    const resources = await stack.resources();
    expect(table(resources)).to.deep.equal(networkTable([1]));
    expect(resources).to.have.length(39);
    expect(outputs.cidrs?.value).to.deep.equal([
      ...["10.42.32.0/22", "10.42.0.0/19", "10.42.36.0/24"],
      ...["10.42.96.0/22", "10.42.64.0/19", "10.42.100.0/24"],
      ...["10.42.160.0/22", "10.42.128.0/19", "10.42.164.0/24"],
    ]);
    expect(outputs.layout?.value).to.deep.equal([
      { type: "Private", cidrMask: 19, size: 8192 },
      { type: "Public", cidrMask: 22, size: 1024 },
      { type: "Isolated", cidrMask: 24, size: 256 },
    ]);
    expect(outputs.isolated?.value).to.have.length(3);
    const [nat] = resources.filter(({ type }) => type === "aws:ec2/natGateway:NatGateway");
    const privateRoutes = resources.filter(
      ({ type, name }) => type === "aws:ec2/route:Route" && name.includes("private"),
    );
    expect(privateRoutes.map(({ inputs }) => inputs.natGatewayId)).to.deep.equal([nat?.id, nat?.id, nat?.id]);
    expect(one(resources, "aws:ec2/subnet:Subnet", "net-isolated-2").inputs).to.deep.include({
      availabilityZone: "us-east-1b",
      mapPublicIpOnLaunch: false,
      assignIpv6AddressOnCreation: false,
      tags: { Name: "net-isolated-2", team: "a", purpose: "data", SubnetType: "Isolated" },
    });
    expect(one(resources, "aws:ec2/routeTable:RouteTable", "net-isolated-2").inputs.tags).to.deep.equal({
      Name: "net-isolated-2",
      team: "a",
      SubnetType: "Isolated",
    });
    expect(one(resources, "aws:ec2/vpcEndpoint:VpcEndpoint", S3).inputs.routeTableIds).to.have.length(9);
    expect(one(resources, "awsx:ec2:Vpc", "net")).to.deep.include({ inputs: {}, outputs: {} });
    // The stack itself and its provider count too.
    expect(await stack.preview()).to.deep.equal({ same: resources.length + 2 });
  });

  it("makes a NAT gateway in each zone", async () => {
    const stack = await engine.stack("one-per-az", network("OnePerAz"));
    await stack.up();
    const resources = await stack.resources();
    expect(table(resources)).to.deep.equal(networkTable([1, 2, 3]));
    expect(resources).to.have.length(43);
    for (const zone of [1, 2, 3]) {
      const nat = one(resources, "aws:ec2/natGateway:NatGateway", `net-${zone}`);
      expect(one(resources, "aws:ec2/route:Route", `net-private-${zone}`).inputs.natGatewayId).to.equal(
        nat.id,
      );
    }
  });

  it("fails before it makes anything where subnets don't fit", async () => {
    const stack = await engine.stack("misfit", async () => {
      const specs = ["Public/22", "Private/19", "Isolated/24"].map((text) => {
        const [type = "", mask] = text.split("/");
        return { type: type as "Public", cidrMask: Number(mask) };
      });
      const args = { cidrBlock: "10.42.0.0/16", subnetStrategy: "Auto" as const, subnetSpecs: specs };
      return Promise.resolve({ id: new awsx.ec2.Vpc("net", args, provider()).vpcId });
    });
    expect(await stack.failure()).to.contain("The following subnets overlap with at least one other subnet");
    expect((await stack.resources()).map(({ type }) => type)).not.to.contain("aws:ec2/vpc:Vpc");
  });

  it("refuses an argument that it doesn't handle, by name", async () => {
    const stack = await engine.stack("refused", async () => {
      const args = { ipv4IpamPoolId: "ipam-pool-1", ipv4NetmaskLength: 20 };
      return Promise.resolve({ id: new awsx.ec2.Vpc("net", args, provider()).vpcId });
    });
    expect(await stack.failure()).to.contain(
      "awsx:ec2:Vpc 'net': argument 'ipv4IpamPoolId' is not supported by the local cloud",
    );
  });

  it("makes a load balancer with its default children, and a registry", async () => {
    const stack = await engine.stack("edge", async () => {
      const options = provider();
      const vpc = new awsx.ec2.Vpc("net", { natGateways: { strategy: "None" } }, options);
      const alb = new awsx.lb.ApplicationLoadBalancer(
        "edge",
        { subnetIds: vpc.publicSubnetIds, tags: { team: "a" } },
        options,
      );
      const repository = new awsx.ecr.Repository("Shop", {}, options);
      return Promise.resolve({ vpcId: vpc.vpcId, albVpcId: alb.vpcId, url: repository.url });
    });
    const outputs = await stack.up();
    const resources = await stack.resources();
    const own = resources.filter(({ urn }) => /awsx:(lb|ecr)/.test(urn));
    expect(table(own)).to.deep.equal([
      "aws:ec2/securityGroup:SecurityGroup edge < awsx:lb:ApplicationLoadBalancer edge",
      "aws:ecr/lifecyclePolicy:LifecyclePolicy shop < awsx:ecr:Repository Shop",
      "aws:ecr/repository:Repository shop < awsx:ecr:Repository Shop",
      "aws:lb/listener:Listener edge-0 < awsx:lb:ApplicationLoadBalancer edge",
      "aws:lb/loadBalancer:LoadBalancer edge < awsx:lb:ApplicationLoadBalancer edge",
      "aws:lb/targetGroup:TargetGroup edge < awsx:lb:ApplicationLoadBalancer edge",
      "awsx:ecr:Repository Shop < ",
      "awsx:lb:ApplicationLoadBalancer edge < ",
    ]);
    expect(outputs.albVpcId?.value).to.equal(outputs.vpcId?.value);
    expect(one(own, "aws:lb/targetGroup:TargetGroup", "edge").inputs).to.deep.include({
      port: 80,
      protocol: "HTTP",
      targetType: "ip",
    });
    expect(one(own, "aws:lb/targetGroup:TargetGroup", "edge").inputs).not.to.have.property("tags");
    expect(one(own, "aws:ec2/securityGroup:SecurityGroup", "edge").inputs).to.deep.include({
      description: "Managed by Pulumi",
      ingress: [
        { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] },
      ],
    });
    expect(one(own, "aws:lb/listener:Listener", "edge-0").inputs).to.deep.include({
      port: 80,
      protocol: "HTTP",
    });
    const { policy } = one(own, "aws:ecr/lifecyclePolicy:LifecyclePolicy", "shop").inputs;
    expect(JSON.parse(String(policy))).to.deep.equal({
      rules: [
        {
          rulePriority: 1,
          description: "remove untagged images",
          selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 1 },
          action: { type: "expire" },
        },
      ],
    });
    expect(resources.filter(({ type }) => type === "aws:ec2/natGateway:NatGateway")).to.deep.equal([]);
  });
});
