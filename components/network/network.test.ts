import { expect } from "chai";
import * as aws from "@pulumi/aws";
import { record, type Recording } from "../testing/record";
import { Network, type NetworkArgs } from "./network";

const ARGS: NetworkArgs = {
  cidr: "10.20.0.0/16",
  region: "eu-central-1",
  zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
  logKeyArn: "arn:key",
};

function recordNetwork(changes: Partial<NetworkArgs> = {}): Promise<Recording> {
  return record(
    () => {
      const provider = new aws.Provider("aws", { region: "eu-central-1" });
      new Network("eu-1", { ...ARGS, ...changes }, { providers: { aws: provider } });
    },
    ({ type, name }) =>
      type === "awsx:ec2:Vpc"
        ? { vpcId: "vpc-1", publicSubnets: [], isolatedSubnets: [] }
        : { arn: `arn:${name}` },
  );
}

describe("Network", () => {
  let made: Recording;
  before(async () => {
    made = await recordNetwork();
  });

  it("makes exactly the resources of a network", () => {
    expect(made.counts()).to.deep.equal({
      "pulumi:providers:aws": 1,
      "tenantry:index:Network": 1,
      "awsx:ec2:Vpc": 1,
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
      "aws:ec2/flowLog:FlowLog": 1,
    });
  });

  it("lays out three kinds of subnets over the zones by name", () => {
    expect(made.one("awsx:ec2:Vpc", "eu-1").inputs).to.deep.include({
      cidrBlock: "10.20.0.0/16",
      availabilityZoneNames: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
      subnetStrategy: "Auto",
      subnetSpecs: [
        { type: "Private", name: "private", cidrMask: 19, tags: { "kubernetes.io/role/internal-elb": "1" } },
        { type: "Public", name: "public", cidrMask: 22, tags: { "kubernetes.io/role/elb": "1" } },
        { type: "Isolated", name: "database", cidrMask: 24 },
      ],
      natGateways: { strategy: "OnePerAz" },
    });
  });

  it("reaches S3 by a gateway endpoint in every route table", () => {
    expect(made.one("awsx:ec2:Vpc", "eu-1").inputs).to.deep.include({
      vpcEndpointStrategy: "Auto",
      vpcEndpointSpecs: [{ serviceName: "com.amazonaws.eu-central-1.s3", vpcEndpointType: "Gateway" }],
    });
  });

  it("takes every rule from the default security group", () => {
    expect(
      made.one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "eu-1-default").inputs,
    ).to.deep.include({
      vpcId: "vpc-1",
      ingress: [],
      egress: [],
    });
  });

  it("logs every connection, encrypted, for 90 days", () => {
    expect(made.one("aws:cloudwatch/logGroup:LogGroup", "eu-1-flow-logs").inputs).to.deep.equal({
      kmsKeyId: "arn:key",
      retentionInDays: 90,
    });
    expect(made.one("aws:ec2/flowLog:FlowLog", "eu-1-flow-logs").inputs).to.deep.include({
      vpcId: "vpc-1",
      trafficType: "ALL",
      logDestination: "arn:eu-1-flow-logs",
    });
  });

  it("has one NAT gateway when it is told so", async () => {
    const single = await recordNetwork({ natGateways: "single" });
    expect(single.one("awsx:ec2:Vpc", "eu-1").inputs["natGateways"]).to.deep.equal({ strategy: "Single" });
  });

  it("refuses two zones too few before anything is made", async () => {
    const error = await recordNetwork({ zones: ["eu-central-1a"] }).catch((reason: unknown) => reason);
    expect(error).to.be.an("error");
    expect(String(error)).to.contain("Network 'eu-1': zones: 1 given; expected 3 or 4 availability zones");
  });

  it("refuses days of logs that CloudWatch has not", async () => {
    const error = await recordNetwork({ flowLogRetentionDays: 100 }).catch((reason: unknown) => reason);
    expect(String(error)).to.contain(
      "Network 'eu-1': flowLogRetentionDays: 100; expected one of CloudWatch's",
    );
  });
});
