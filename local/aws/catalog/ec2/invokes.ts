import { createHash } from "node:crypto";
import {
  AwsError,
  asText,
  defineInvoke,
  type InvokeContext,
  type InvokeDefinition,
  type Properties,
  type PropertyMap,
  type StoredResource,
} from "../../framework";
import { zoneId, zonesOf } from "../zones";

/** AWS's names of filters, and the output that each looks at. */
const FILTERS: Readonly<Record<string, string>> = {
  "vpc-id": "vpcId",
  "subnet-id": "id",
  "cidr-block": "cidrBlock",
  cidr: "cidrBlock",
  "availability-zone": "availabilityZone",
  "availability-zone-id": "availabilityZoneId",
  "owner-id": "ownerId",
  "map-public-ip-on-launch": "mapPublicIpOnLaunch",
  "group-id": "id",
  "group-name": "name",
  state: "state",
};

/** The same for rules, which are in a group and are none. */
const RULE_FILTERS = { "group-id": "securityGroupId" };

const AVAILABILITY_ZONES = defineInvoke({
  token: "aws:index/getAvailabilityZones:getAvailabilityZones",
  service: "EC2",
  operation: "DescribeAvailabilityZones",
  invoke(context) {
    const excluded = new Set([
      ...context.inputs.strings("excludeNames"),
      ...context.inputs.strings("excludeZoneIds"),
    ]);
    const names = zonesOf(context.region).filter(
      (zone) => !excluded.has(zone) && !excluded.has(zoneId(zone)),
    );
    return { id: context.region, names, zoneIds: names.map(zoneId), groupNames: [context.region] };
  },
});

const GET_SUBNET = defineInvoke({
  token: "aws:ec2/getSubnet:getSubnet",
  service: "EC2",
  operation: "DescribeSubnets",
  async invoke(context) {
    const found = await matching(context, "aws:ec2/subnet:Subnet", [
      "id",
      "vpcId",
      "cidrBlock",
      "availabilityZone",
    ]);
    return { ...one(found, "EC2 Subnet", context).state, availableIpAddressCount: 251, state: "available" };
  },
});

const GET_SUBNETS = defineInvoke({
  token: "aws:ec2/getSubnets:getSubnets",
  service: "EC2",
  operation: "DescribeSubnets",
  async invoke(context) {
    const found = await matching(context, "aws:ec2/subnet:Subnet", []);
    return { id: context.region, ids: found.map((subnet) => subnet.id) };
  },
});

const GET_VPC = defineInvoke({
  token: "aws:ec2/getVpc:getVpc",
  service: "EC2",
  operation: "DescribeVpcs",
  async invoke(context) {
    const vpcs = await matching(context, "aws:ec2/vpc:Vpc", ["id", "cidrBlock"]);
    // The local account has no default VPC, as accounts of an organisation often have not.
    const vpc = one(context.inputs.flag("default") ? [] : vpcs, "EC2 VPC", context);
    return { ...vpc.state, default: false, state: "available", cidrBlockAssociations: [] };
  },
});

const GET_ROUTE_TABLE = defineInvoke({
  token: "aws:ec2/getRouteTable:getRouteTable",
  service: "EC2",
  operation: "DescribeRouteTables",
  async invoke(context) {
    const subnetId = context.inputs.string("subnetId");
    const associations = await context.list(
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
      subnetId === undefined ? {} : { subnetId },
    );
    const named = context.inputs.string("routeTableId");
    const byAssociation = subnetId === undefined ? undefined : associations[0]?.state.routeTableId;
    const wanted = named ?? (typeof byAssociation === "string" ? byAssociation : undefined);
    const candidates =
      wanted !== undefined || subnetId === undefined
        ? await matching(context, "aws:ec2/routeTable:RouteTable", ["vpcId"])
        : [];
    const table = one(
      candidates.filter((candidate) => wanted === undefined || candidate.id === wanted),
      "EC2 Route Table",
      context,
    );
    const routes = await context.list("aws:ec2/route:Route", { routeTableId: table.id });
    return {
      ...table.state,
      routeTableId: table.id,
      routes: routes.map((route) => ({
        cidrBlock: route.state.destinationCidrBlock ?? "",
        gatewayId: route.state.gatewayId ?? "",
        natGatewayId: route.state.natGatewayId ?? "",
      })),
      associations: associations
        .filter((association) => association.state.routeTableId === table.id)
        .map((association) => ({
          routeTableAssociationId: association.id,
          routeTableId: table.id,
          subnetId: association.state.subnetId ?? "",
          gatewayId: association.state.gatewayId ?? "",
          main: false,
        })),
    };
  },
});

const GET_ROUTE_TABLES = defineInvoke({
  token: "aws:ec2/getRouteTables:getRouteTables",
  service: "EC2",
  operation: "DescribeRouteTables",
  async invoke(context) {
    const found = await matching(context, "aws:ec2/routeTable:RouteTable", ["vpcId"]);
    return { id: context.region, ids: found.map((table) => table.id) };
  },
});

const GET_SECURITY_GROUP = defineInvoke({
  token: "aws:ec2/getSecurityGroup:getSecurityGroup",
  service: "EC2",
  operation: "DescribeSecurityGroups",
  async invoke(context) {
    const found = await matching(context, "aws:ec2/securityGroup:SecurityGroup", ["id", "name", "vpcId"]);
    return one(found, "EC2 Security Group", context).state;
  },
});

/** Prefix lists that AWS itself keeps in every region. */
function awsPrefixLists(region: string): string[] {
  return [
    `com.amazonaws.${region}.s3`,
    `com.amazonaws.${region}.dynamodb`,
    "com.amazonaws.global.cloudfront.origin-facing",
    `com.amazonaws.${region}.route53-healthchecks`,
  ];
}

const GET_MANAGED_PREFIX_LIST = defineInvoke({
  token: "aws:ec2/getManagedPrefixList:getManagedPrefixList",
  service: "EC2",
  operation: "DescribeManagedPrefixLists",
  invoke(context) {
    const { id, name } = prefixList(context, context.inputs.string("id"));
    return {
      id,
      name,
      arn: context.arn("ec2", `prefix-list/${id}`, { accountId: "aws" }),
      addressFamily: "IPv4",
      maxEntries: name.includes("cloudfront") ? 55 : 10,
      ownerId: "AWS",
      version: 1,
      entries: prefixes(name).map((cidr) => ({ cidr, description: "" })),
      tags: {},
    };
  },
});

const GET_PREFIX_LIST = defineInvoke({
  token: "aws:ec2/getPrefixList:getPrefixList",
  service: "EC2",
  operation: "DescribePrefixLists",
  invoke(context) {
    const { id, name } = prefixList(context, context.inputs.string("prefixListId"));
    return { id, name, prefixListId: id, cidrBlocks: prefixes(name) };
  },
});

const GET_SECURITY_GROUP_RULES = defineInvoke({
  token: "aws:vpc/getSecurityGroupRules:getSecurityGroupRules",
  service: "EC2",
  operation: "DescribeSecurityGroupRules",
  async invoke(context) {
    const ways = [
      "securityGroupIngressRule:SecurityGroupIngressRule",
      "securityGroupEgressRule:SecurityGroupEgressRule",
    ];
    const found = (
      await Promise.all(ways.map((way) => matching(context, `aws:vpc/${way}`, [], RULE_FILTERS)))
    ).flat();
    return { id: context.region, ids: found.map((rule) => rule.id) };
  },
});

/** The data sources of EC2. */
export const INVOKES: readonly InvokeDefinition[] = [
  AVAILABILITY_ZONES,
  GET_SUBNET,
  GET_SUBNETS,
  GET_VPC,
  GET_ROUTE_TABLE,
  GET_ROUTE_TABLES,
  GET_SECURITY_GROUP,
  GET_SECURITY_GROUP_RULES,
  GET_MANAGED_PREFIX_LIST,
  GET_PREFIX_LIST,
];

async function matching(
  context: InvokeContext,
  type: string,
  names: readonly string[],
  filters = FILTERS,
): Promise<StoredResource[]> {
  const where: PropertyMap = {};
  for (const name of names) {
    const value = context.inputs.string(name);
    if (value !== undefined) where[name] = value;
  }
  const tags = context.inputs.map("tags");
  if (Object.keys(tags).length > 0) where.tagsAll = tags;
  const found = await context.list(type, where);
  return found.filter((resource) =>
    context.inputs.maps("filters").every((filter) => passes(resource, filter, filters)),
  );
}

function passes(resource: StoredResource, filter: Properties, filters: typeof FILTERS): boolean {
  const name = filter.stringOr("name", "");
  const property = filters[name];
  if (name.startsWith("tag:")) {
    const tags = resource.state.tagsAll;
    const value =
      typeof tags === "object" && tags !== null && !Array.isArray(tags) ? tags[name.slice(4)] : undefined;
    return typeof value === "string" && filter.strings("values").includes(value);
  }
  if (property === undefined) {
    throw new AwsError("InvalidParameterValue", `The filter '${name}' is invalid`);
  }
  return filter.strings("values").includes(asText(resource.state[property]));
}

function one(found: readonly StoredResource[], what: string, context: InvokeContext): StoredResource {
  const [only, another] = found;
  if (only === undefined || another !== undefined) {
    const asked = JSON.stringify(context.inputs.values);
    throw new AwsError(
      only === undefined ? "NoMatch" : "MultipleMatches",
      only === undefined
        ? `no matching ${what} found for ${asked}`
        : `multiple ${what}s matched ${asked}; use additional constraints`,
    );
  }
  return only;
}

function prefixList(context: InvokeContext, id: string | undefined): { id: string; name: string } {
  const filter = context.inputs.maps("filters").find((item) => item.string("name") === "prefix-list-name");
  const name = context.inputs.string("name") ?? filter?.strings("values")[0];
  const found = awsPrefixLists(context.region)
    .map((known) => ({ id: prefixListId(known), name: known }))
    .find((known) => (id === undefined || known.id === id) && (name === undefined || known.name === name));
  if (found === undefined || (id === undefined && name === undefined)) {
    throw new AwsError(
      "InvalidPrefixListID.NotFound",
      `no matching EC2 Managed Prefix List found for ${name ?? id ?? "{}"}`,
    );
  }
  return found;
}

function prefixListId(name: string): string {
  return `pl-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}

function prefixes(name: string): string[] {
  return name.includes("cloudfront")
    ? ["120.52.22.96/27", "205.251.249.0/24"]
    : ["52.216.0.0/15", "54.231.0.0/16"];
}
