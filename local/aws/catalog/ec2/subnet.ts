import { AwsError, contains, defineResource, overlaps, parseIpv4Block, type Context } from "../../framework";
import { zoneId, zonesOf } from "../zones";
import { VPC_REFERENCE, dependencyViolation } from "./shared";

/** A subnet of a VPC in one availability zone. */
export const subnet = defineResource({
  type: "aws:ec2/subnet:Subnet",
  service: "EC2",
  operations: {
    create: "CreateSubnet",
    read: "DescribeSubnets",
    update: "ModifySubnetAttribute",
    delete: "DeleteSubnet",
  },
  taggable: true,
  required: ["vpcId"],
  check(inputs) {
    const cidr = inputs.string("cidrBlock");
    return cidr !== undefined && parseIpv4Block(cidr) === undefined
      ? [{ property: "cidrBlock", reason: `"${cidr}" is not a valid IPv4 CIDR block` }]
      : [];
  },
  defaults: () => ({
    mapPublicIpOnLaunch: false,
    assignIpv6AddressOnCreation: false,
    enableDns64: false,
    enableResourceNameDnsARecordOnLaunch: false,
    enableResourceNameDnsAaaaRecordOnLaunch: false,
    ipv6Native: false,
    ipv6CidrBlock: "",
    privateDnsHostnameTypeOnLaunch: "ip-name",
    outpostArn: "",
    customerOwnedIpv4Pool: "",
    enableLniAtDeviceIndex: 0,
    mapCustomerOwnedIpOnLaunch: false,
    ipv6CidrBlockAssociationId: "",
  }),
  computed: ["arn", "ownerId", "availabilityZone", "availabilityZoneId"],
  replaces: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6Native", "outpostArn"],
  references: [VPC_REFERENCE],
  quotas: [
    {
      key: "ec2.subnetsPerVpc",
      limit: 200,
      per: ["vpcId"],
      exceeded: {
        code: "SubnetLimitExceeded",
        message: () => "The maximum number of subnets has been reached for this VPC.",
      },
    },
  ],
  latency: { create: 11, update: 2, delete: 1 },
  inUse: dependencyViolation("subnet"),
  async create(context) {
    await refuseMisplaced(context);
    const zone = placement(context);
    const id = `subnet-${context.hex(17)}`;
    const arn = context.arn("ec2", `subnet/${id}`);
    return {
      id,
      arn,
      outputs: {
        arn,
        ownerId: context.accountId,
        availabilityZone: zone,
        availabilityZoneId: zoneId(zone),
      },
    };
  },
});

async function refuseMisplaced(context: Context): Promise<void> {
  const vpcId = context.inputs.stringOr("vpcId", "");
  const cidr = context.inputs.stringOr("cidrBlock", "");
  const block = parseIpv4Block(cidr);
  const [vpc] = await context.list("aws:ec2/vpc:Vpc", { id: vpcId });
  const vpcBlock = typeof vpc?.state.cidrBlock === "string" ? parseIpv4Block(vpc.state.cidrBlock) : undefined;
  if (block === undefined || vpcBlock === undefined) return;
  if (!contains(vpcBlock, block) || block.prefix > 28) {
    throw new AwsError("InvalidSubnet.Range", `The CIDR '${cidr}' is invalid.`);
  }
  for (const other of await context.list("aws:ec2/subnet:Subnet", { vpcId })) {
    const taken =
      typeof other.state.cidrBlock === "string" ? parseIpv4Block(other.state.cidrBlock) : undefined;
    if (taken !== undefined && overlaps(taken, block)) {
      throw new AwsError("InvalidSubnet.Conflict", `The CIDR '${cidr}' conflicts with another subnet`);
    }
  }
}

function placement(context: Context): string {
  const zones = zonesOf(context.region);
  const asked = context.inputs.string("availabilityZone");
  const byId = zones.find((zone) => zoneId(zone) === context.inputs.string("availabilityZoneId"));
  const zone = asked ?? byId ?? zones[0] ?? `${context.region}a`;
  if (!zones.includes(zone)) {
    throw new AwsError(
      "InvalidParameterValue",
      `Value (${zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.join(", ")}.`,
    );
  }
  return zone;
}
