import { AwsError, defineResource, parseIpv4Block, type Context } from "../../framework";
import { dependencyViolation } from "./shared";

/** A virtual network, with the route table, network ACL, security group and DHCP options that AWS makes with it. */
export const vpc = defineResource({
  type: "aws:ec2/vpc:Vpc",
  service: "EC2",
  operations: {
    create: "CreateVpc",
    read: "DescribeVpcs",
    update: "ModifyVpcAttribute",
    delete: "DeleteVpc",
  },
  taggable: true,
  check(inputs) {
    const cidr = inputs.string("cidrBlock");
    if (cidr === undefined) {
      return inputs.has("cidrBlock") || inputs.has("ipv4IpamPoolId")
        ? []
        : [{ property: "cidrBlock", reason: "one of `cidrBlock`, `ipv4IpamPoolId` must be specified" }];
    }
    const block = parseIpv4Block(cidr);
    return block === undefined
      ? [{ property: "cidrBlock", reason: `"${cidr}" is not a valid IPv4 CIDR block` }]
      : [];
  },
  defaults: () => ({
    enableDnsSupport: true,
    enableDnsHostnames: false,
    instanceTenancy: "default",
    assignGeneratedIpv6CidrBlock: false,
    enableNetworkAddressUsageMetrics: false,
    ipv6CidrBlock: "",
    ipv6IpamPoolId: "",
    ipv6CidrBlockNetworkBorderGroup: "",
    ipv6NetmaskLength: 0,
    ipv6AssociationId: "",
  }),
  computed: [
    "arn",
    "ownerId",
    "mainRouteTableId",
    "defaultRouteTableId",
    "defaultNetworkAclId",
    "defaultSecurityGroupId",
    "dhcpOptionsId",
  ],
  replaces: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength", "ipv6CidrBlockNetworkBorderGroup"],
  quotas: [
    {
      key: "ec2.vpcs",
      limit: 5,
      exceeded: { code: "VpcLimitExceeded", message: () => "The maximum number of VPCs has been reached." },
    },
  ],
  latency: { create: 12, update: 10, delete: 1 },
  inUse: dependencyViolation("vpc"),
  create(context) {
    const block = parseIpv4Block(context.inputs.stringOr("cidrBlock", ""));
    if (block !== undefined && (block.prefix < 16 || block.prefix > 28)) {
      throw new AwsError(
        "InvalidVpc.Range",
        `The CIDR '${context.inputs.stringOr("cidrBlock", "")}' is invalid.`,
      );
    }
    const id = `vpc-${context.hex(17)}`;
    const routeTableId = insertMainRouteTable(context, id);
    return {
      id,
      arn: context.arn("ec2", `vpc/${id}`),
      outputs: {
        arn: context.arn("ec2", `vpc/${id}`),
        ownerId: context.accountId,
        mainRouteTableId: routeTableId,
        defaultRouteTableId: routeTableId,
        defaultNetworkAclId: `acl-${context.hex(17)}`,
        defaultSecurityGroupId: insertDefaultSecurityGroup(context, id),
        dhcpOptionsId: `dopt-${context.accountId.padStart(17, "0").slice(-17)}`,
      },
    };
  },
});

function insertMainRouteTable(context: Context, vpcId: string): string {
  const id = `rtb-${context.hex(17)}`;
  const arn = context.arn("ec2", `route-table/${id}`);
  context.insert({
    type: "aws:ec2/routeTable:RouteTable",
    id,
    arn,
    name: `${context.name}-main`,
    state: { id, arn, vpcId, ownerId: context.accountId, routes: [], tags: {}, tagsAll: {}, main: true },
  });
  return id;
}

function insertDefaultSecurityGroup(context: Context, vpcId: string): string {
  const id = `sg-${context.hex(17)}`;
  const arn = context.arn("ec2", `security-group/${id}`);
  context.insert({
    type: "aws:ec2/securityGroup:SecurityGroup",
    id,
    arn,
    name: "default",
    state: {
      id,
      arn,
      vpcId,
      name: "default",
      description: "default VPC security group",
      ownerId: context.accountId,
      tags: {},
      tagsAll: {},
    },
  });
  return id;
}
