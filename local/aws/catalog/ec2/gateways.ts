import { AwsError, defineResource } from "../../framework";
import { VPC_REFERENCE, dependencyViolation, notFound, subnetReference } from "./shared";

/** A VPC's way to the internet; a VPC has one at most. */
export const internetGateway = defineResource({
  type: "aws:ec2/internetGateway:InternetGateway",
  service: "EC2",
  operations: {
    create: "CreateInternetGateway",
    read: "DescribeInternetGateways",
    update: "AttachInternetGateway",
    delete: "DeleteInternetGateway",
  },
  taggable: true,
  computed: ["arn", "ownerId"],
  references: [VPC_REFERENCE],
  unique: [
    {
      key: (context) => context.inputs.string("vpcId"),
      taken: {
        code: "Resource.AlreadyAssociated",
        message: (vpcId) => `network ${vpcId} already has an internet gateway attached`,
      },
    },
  ],
  quotas: [
    {
      key: "ec2.internetGateways",
      limit: 5,
      exceeded: {
        code: "InternetGatewayLimitExceeded",
        message: () => "The maximum number of internet gateways has been reached.",
      },
    },
  ],
  latency: { create: 1, update: 1, delete: 11 },
  inUse: dependencyViolation("internetGateway"),
  create(context) {
    const id = `igw-${context.hex(17)}`;
    const arn = context.arn("ec2", `internet-gateway/${id}`);
    return { id, arn, outputs: { arn, ownerId: context.accountId } };
  },
  async delete(context) {
    const vpcId = context.state.string("vpcId");
    if (vpcId === undefined) return;
    for (const subnet of await context.list("aws:ec2/subnet:Subnet", { vpcId })) {
      if ((await context.list("aws:ec2/natGateway:NatGateway", { subnetId: subnet.id })).length > 0) {
        throw new AwsError(
          "DependencyViolation",
          `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
        );
      }
    }
  },
});

/** A public IPv4 address. */
export const eip = defineResource({
  type: "aws:ec2/eip:Eip",
  service: "EC2",
  operations: {
    create: "AllocateAddress",
    read: "DescribeAddresses",
    update: "AssociateAddress",
    delete: "ReleaseAddress",
  },
  taggable: true,
  defaults: () => ({
    domain: "vpc",
    publicIpv4Pool: "amazon",
    customerOwnedIp: "",
    carrierIp: "",
    instance: "",
  }),
  computed: [
    "arn",
    "allocationId",
    "associationId",
    "networkBorderGroup",
    "networkInterface",
    "privateIp",
    "privateDns",
    "ptrRecord",
    "publicIp",
    "publicDns",
  ],
  replaces: ["domain", "publicIpv4Pool", "networkBorderGroup", "address", "customerOwnedIpv4Pool"],
  quotas: [
    {
      key: "ec2.elasticIps",
      limit: 5,
      exceeded: {
        code: "AddressLimitExceeded",
        message: () => "The maximum number of addresses has been reached.",
      },
    },
  ],
  latency: { create: 1, delete: 1 },
  inUse: { code: "InvalidIPAddress.InUse", message: (id) => `Address ${id} is in use.` },
  create(context) {
    const id = `eipalloc-${context.hex(17)}`;
    const publicIp = `52.${randomOctet(context.hex(2))}.${randomOctet(context.hex(2))}.${randomOctet(context.hex(2))}`;
    const host = context.region === "us-east-1" ? "compute-1" : `${context.region}.compute`;
    const arn = context.arn("ec2", `elastic-ip/${id}`);
    return {
      id,
      arn,
      outputs: {
        arn,
        allocationId: id,
        associationId: "",
        networkBorderGroup: context.region,
        networkInterface: "",
        privateIp: "",
        ptrRecord: "",
        publicIp,
        publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${host}.amazonaws.com`,
      },
    };
  },
});

/** Network address translation for private subnets. */
export const natGateway = defineResource({
  type: "aws:ec2/natGateway:NatGateway",
  service: "EC2",
  operations: {
    create: "CreateNatGateway",
    read: "DescribeNatGateways",
    update: "AssociateNatGatewayAddress",
    delete: "DeleteNatGateway",
  },
  taggable: true,
  check(inputs) {
    const publicOne = inputs.stringOr("connectivityType", "public") === "public";
    if (
      publicOne &&
      !inputs.has("allocationId") &&
      inputs.stringOr("availabilityMode", "zonal") === "zonal"
    ) {
      return [
        { property: "allocationId", reason: "is required for a NAT gateway of connectivityType public" },
      ];
    }
    return [];
  },
  defaults: () => ({
    connectivityType: "public",
    availabilityMode: "zonal",
    secondaryAllocationIds: [],
    secondaryPrivateIpAddresses: [],
    secondaryPrivateIpAddressCount: 0,
  }),
  computed: ["associationId", "networkInterfaceId", "privateIp", "publicIp", "vpcId"],
  replaces: ["allocationId", "connectivityType", "privateIp", "subnetId", "availabilityMode", "vpcId"],
  references: [
    VPC_REFERENCE,
    subnetReference("subnetId"),
    {
      property: "allocationId",
      to: ["aws:ec2/eip:Eip"],
      missing: {
        code: "InvalidAllocationID.NotFound",
        message: (id) => `The allocation ID '${id}' does not exist`,
      },
    },
  ],
  unique: [
    {
      key: (context) => context.inputs.string("allocationId"),
      taken: {
        code: "Resource.AlreadyAssociated",
        message: (id) => `Elastic IP address [${id}] is already associated`,
      },
    },
  ],
  latency: { create: 105, delete: 50 },
  inUse: dependencyViolation("natGateway"),
  async create(context) {
    const id = `nat-${context.hex(17)}`;
    const allocationId = context.inputs.string("allocationId");
    const address =
      allocationId === undefined ? undefined : await context.find("aws:ec2/eip:Eip", allocationId);
    const subnet = await context.find("aws:ec2/subnet:Subnet", context.inputs.stringOr("subnetId", ""));
    const base = typeof subnet?.state.cidrBlock === "string" ? subnet.state.cidrBlock : "10.0.0.0/24";
    const privateIp = base.replace(
      /\d+\/\d+$/,
      String(10 + randomOctet(context.hex(2)) / 2).split(".")[0] ?? "10",
    );
    const association = {
      networkInterface: `eni-${context.hex(17)}`,
      associationId: `eipassoc-${context.hex(17)}`,
    };
    if (allocationId !== undefined) {
      await context.patch("aws:ec2/eip:Eip", allocationId, { ...association, privateIp });
    }
    return {
      id,
      arn: context.arn("ec2", `natgateway/${id}`),
      outputs: {
        associationId: association.associationId,
        networkInterfaceId: association.networkInterface,
        privateIp,
        publicIp: address?.state.publicIp ?? "",
        vpcId: subnet?.state.vpcId ?? "",
      },
    };
  },
  async delete(context) {
    const allocationId = context.state.string("allocationId");
    if (allocationId === undefined) return;
    await context.patch("aws:ec2/eip:Eip", allocationId, {
      networkInterface: "",
      associationId: "",
      privateIp: "",
    });
  },
});

/** A way to AWS's services that does not leave the network. */
export const vpcEndpoint = defineResource({
  type: "aws:ec2/vpcEndpoint:VpcEndpoint",
  service: "EC2",
  operations: {
    create: "CreateVpcEndpoint",
    read: "DescribeVpcEndpoints",
    update: "ModifyVpcEndpoint",
    delete: "DeleteVpcEndpoints",
  },
  taggable: true,
  required: ["vpcId"],
  json: ["policy"],
  sets: ["routeTableIds", "subnetIds", "securityGroupIds"],
  defaults: (inputs) => ({
    vpcEndpointType: "Gateway",
    privateDnsEnabled: false,
    routeTableIds: [],
    subnetIds: [],
    securityGroupIds: [],
    ipAddressType: inputs.stringOr("vpcEndpointType", "Gateway") === "Gateway" ? "" : "ipv4",
    policy: JSON.stringify({
      Version: "2008-10-17",
      Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }],
    }),
  }),
  computed: [
    "arn",
    "cidrBlocks",
    "dnsEntries",
    "networkInterfaceIds",
    "ownerId",
    "prefixListId",
    "requesterManaged",
    "state",
  ],
  replaces: [
    "vpcId",
    "serviceName",
    "vpcEndpointType",
    "serviceRegion",
    "resourceConfigurationArn",
    "serviceNetworkArn",
  ],
  references: [
    VPC_REFERENCE,
    subnetReference("subnetIds[*]"),
    {
      property: "securityGroupIds[*]",
      to: ["aws:ec2/securityGroup:SecurityGroup"],
      missing: notFound("InvalidGroup.NotFound", "security group"),
    },
    {
      property: "routeTableIds[*]",
      to: ["aws:ec2/routeTable:RouteTable"],
      missing: notFound("InvalidRouteTableId.NotFound", "routeTable ID"),
      onDelete: "ignore",
    },
  ],
  quotas: [
    {
      key: "ec2.gatewayEndpointsPerRegion",
      limit: 20,
      per: ["vpcEndpointType"],
      exceeded: {
        code: "VpcEndpointLimitExceeded",
        message: () => "The maximum number of VPC endpoints has been reached.",
      },
    },
  ],
  latency: { create: 6, update: 6, delete: 12 },
  create(context) {
    const id = `vpce-${context.hex(17)}`;
    const arn = context.arn("ec2", `vpc-endpoint/${id}`);
    const gateway = context.inputs.stringOr("vpcEndpointType", "Gateway") === "Gateway";
    const service = context.inputs.stringOr("serviceName", "").split(".").at(-1) ?? "";
    if (!context.inputs.stringOr("serviceName", "").includes(".")) {
      throw new AwsError(
        "InvalidServiceName",
        `The Vpc Endpoint Service '${context.inputs.stringOr("serviceName", "")}' does not exist`,
      );
    }
    const host = `${id}-${context.hex(8)}.${service}.${context.region}.vpce.amazonaws.com`;
    return {
      id,
      arn,
      outputs: {
        arn,
        cidrBlocks: gateway ? ["52.216.0.0/15", "54.231.0.0/16"] : [],
        dnsEntries: gateway ? [] : [{ dnsName: host, hostedZoneId: "Z7HUB22UULQXV" }],
        networkInterfaceIds: gateway
          ? []
          : context.inputs.strings("subnetIds").map(() => `eni-${context.hex(17)}`),
        ownerId: context.accountId,
        prefixListId: gateway ? `pl-${context.hex(8)}` : "",
        requesterManaged: false,
        state: "available",
      },
    };
  },
});

/** From two hex digits to an octet that is no network's or broadcast's. */
function randomOctet(hexDigits: string): number {
  return 1 + (parseInt(hexDigits, 16) % 253);
}
