import { defineResource, type Reference } from "../../framework";
import { VPC_REFERENCE, checkCidr, dependencyViolation, notFound } from "./shared";

const ROUTE_TABLE_MISSING = notFound("InvalidRouteTableID.NotFound", "routeTable ID");

/** What a route may lead to. A target that is deleted leaves the route behind, a black hole. */
const ROUTE_TARGETS: readonly Reference[] = [
  {
    property: "gatewayId",
    to: ["aws:ec2/internetGateway:InternetGateway"],
    missing: notFound("InvalidGatewayID.NotFound", "gateway ID"),
    external: (value) => value === "local" || value.startsWith("vgw-"),
    onDelete: "ignore",
  },
  {
    property: "natGatewayId",
    to: ["aws:ec2/natGateway:NatGateway"],
    missing: notFound("InvalidNatGatewayID.NotFound", "NatGateway ID"),
    onDelete: "ignore",
  },
];

const TARGETS = [
  "gatewayId",
  "natGatewayId",
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "localGatewayId",
  "networkInterfaceId",
  "transitGatewayId",
  "vpcEndpointId",
  "vpcPeeringConnectionId",
];

const DESTINATIONS = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"];

/** A table of routes. */
export const routeTable = defineResource({
  type: "aws:ec2/routeTable:RouteTable",
  service: "EC2",
  operations: {
    create: "CreateRouteTable",
    read: "DescribeRouteTables",
    update: "ReplaceRoute",
    delete: "DeleteRouteTable",
  },
  taggable: true,
  required: ["vpcId"],
  sets: ["routes", "propagatingVgws"],
  defaults: () => ({ routes: [], propagatingVgws: [] }),
  computed: ["arn", "ownerId"],
  replaces: ["vpcId"],
  references: [VPC_REFERENCE],
  quotas: [
    {
      key: "ec2.routeTablesPerVpc",
      limit: 200,
      per: ["vpcId"],
      exceeded: {
        code: "RouteTableLimitExceeded",
        message: () => "The maximum number of route tables has been reached.",
      },
    },
  ],
  latency: { create: 1, delete: 1 },
  inUse: dependencyViolation("routeTable"),
  create(context) {
    const id = `rtb-${context.hex(17)}`;
    const arn = context.arn("ec2", `route-table/${id}`);
    return { id, arn, outputs: { arn, ownerId: context.accountId } };
  },
});

/** What ties a route table to a subnet, or to a gateway. */
export const routeTableAssociation = defineResource({
  type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  service: "EC2",
  operations: {
    create: "AssociateRouteTable",
    read: "DescribeRouteTables",
    update: "ReplaceRouteTableAssociation",
    delete: "DisassociateRouteTable",
  },
  required: ["routeTableId"],
  check: (inputs) =>
    inputs.has("subnetId") || inputs.has("gatewayId")
      ? []
      : [{ property: "subnetId", reason: "one of `gatewayId`, `subnetId` must be specified" }],
  computed: [],
  replaces: ["subnetId", "gatewayId"],
  deleteBeforeReplace: true,
  references: [
    { property: "routeTableId", to: ["aws:ec2/routeTable:RouteTable"], missing: ROUTE_TABLE_MISSING },
    {
      property: "subnetId",
      to: ["aws:ec2/subnet:Subnet"],
      missing: notFound("InvalidSubnetID.NotFound", "subnet ID"),
      onDelete: "cascade",
    },
    {
      property: "gatewayId",
      to: ["aws:ec2/internetGateway:InternetGateway"],
      missing: notFound("InvalidGatewayID.NotFound", "gateway ID"),
      onDelete: "cascade",
    },
  ],
  unique: [
    {
      key: (context) => context.inputs.string("subnetId") ?? context.inputs.string("gatewayId"),
      taken: {
        code: "Resource.AlreadyAssociated",
        message: (id) =>
          `the specified association for route table conflicts with an existing association of ${id}`,
      },
    },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  create(context) {
    const id = `rtbassoc-${context.hex(17)}`;
    return { id, arn: context.arn("ec2", `route-table-association/${id}`), outputs: {} };
  },
});

/** One route of a table. */
export const route = defineResource({
  type: "aws:ec2/route:Route",
  service: "EC2",
  operations: {
    create: "CreateRoute",
    read: "DescribeRouteTables",
    update: "ReplaceRoute",
    delete: "DeleteRoute",
  },
  required: ["routeTableId"],
  check(inputs) {
    const failures = checkCidr(inputs, "destinationCidrBlock");
    if (!DESTINATIONS.some((name) => inputs.has(name))) {
      failures.push({
        property: "destinationCidrBlock",
        reason: `one of ${DESTINATIONS.join(", ")} must be specified`,
      });
    }
    if (!TARGETS.some((name) => inputs.has(name))) {
      failures.push({ property: "gatewayId", reason: `one of ${TARGETS.join(", ")} must be specified` });
    }
    return failures;
  },
  computed: ["origin", "state", "instanceId", "instanceOwnerId"],
  replaces: ["routeTableId", ...DESTINATIONS],
  deleteBeforeReplace: true,
  references: [
    {
      property: "routeTableId",
      to: ["aws:ec2/routeTable:RouteTable"],
      missing: ROUTE_TABLE_MISSING,
      onDelete: "cascade",
    },
    ...ROUTE_TARGETS,
  ],
  unique: [
    {
      key: (context) => `${context.inputs.stringOr("routeTableId", "")}|${destination(context.inputs)}`,
      taken: {
        code: "RouteAlreadyExists",
        message: (key) => `The route identified by ${key.split("|")[1]} already exists.`,
      },
    },
  ],
  quotas: [
    {
      key: "ec2.routesPerTable",
      limit: 500,
      per: ["routeTableId"],
      exceeded: {
        code: "RouteLimitExceeded",
        message: (limit) => `The maximum number of routes (${limit}) has been reached for this route table.`,
      },
    },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  create(context) {
    const table = context.inputs.stringOr("routeTableId", "");
    const id = `r-${table}${checksum(destination(context.inputs))}`;
    return {
      id,
      arn: context.arn("ec2", `route/${id}`),
      outputs: { origin: "CreateRoute", state: "active", instanceId: "", instanceOwnerId: "" },
    };
  },
});

function destination(inputs: { string(path: string): string | undefined }): string {
  return DESTINATIONS.map((name) => inputs.string(name)).find((value) => value !== undefined) ?? "";
}

/** A number of up to ten digits that stands for a text, as in the official provider's ids. */
export function checksum(text: string): number {
  let sum = 0;
  for (const character of text) sum = (Math.imul(sum, 31) + character.charCodeAt(0)) >>> 0;
  return sum;
}
