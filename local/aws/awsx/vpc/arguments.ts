import type * as pulumi from "@pulumi/pulumi";
import type { Arguments } from "../../components/arguments";
import type { Tags } from "../tags";
import { readSpecs, type SubnetSpec } from "./specs";

/** The component's arguments, read. */
export interface VpcArguments {
  cidrBlock: string;
  /** Zones asked for by name. */
  zoneNames: string[] | undefined;
  /** Zones asked for by number. */
  zoneCount: number;
  natStrategy: NatStrategy;
  allocationIds: pulumi.Input<string>[];
  specs: SubnetSpec[] | undefined;
  strategy: "Legacy" | "Auto";
  zonePrefix: number | undefined;
  /** Whether Name tags end in the zone's name instead of its number. */
  zoneNameTags: boolean;
  tags: pulumi.Input<Tags> | undefined;
  endpointStrategy: "Legacy" | "Auto";
  endpoints: Arguments[];
  /** Passed on to the VPC itself. */
  passed: Arguments;
}

/** How many NAT gateways there are. */
export type NatStrategy = "None" | "Single" | "OnePerAz";

/** Arguments of `awsx:ec2:Vpc` that are handled. */
export const VPC_ARGUMENTS: readonly string[] = [
  "availabilityZoneCidrMask",
  "availabilityZoneNames",
  "cidrBlock",
  "enableDnsHostnames",
  "enableDnsSupport",
  "enableNetworkAddressUsageMetrics",
  "instanceTenancy",
  "natGateways",
  "numberOfAvailabilityZones",
  "subnetNameTagStrategy",
  "subnetSpecs",
  "subnetStrategy",
  "tags",
  "vpcEndpointSpecs",
  "vpcEndpointStrategy",
];

/** Those that an endpoint's spec may hold. */
const ENDPOINT_ARGUMENTS: readonly string[] = [
  "autoAccept",
  "dnsOptions",
  "ipAddressType",
  "policy",
  "privateDnsEnabled",
  "routeTableIds",
  "securityGroupIds",
  "serviceName",
  "subnetIds",
  "tags",
  "vpcEndpointType",
];

const DEFAULT_ZONES = 3;

/** Reads the arguments. @throws {Error} If one is wrong, or contradicts another. */
export function readVpcArguments(args: Arguments): VpcArguments {
  const zoneNames = args.texts("availabilityZoneNames");
  const count = args.number("numberOfAvailabilityZones");
  if (zoneNames !== undefined && count !== undefined) {
    throw new Error("Only one of [availabilityZoneNames] and [numberOfAvailabilityZones] can be specified");
  }
  const zoneCount = zoneNames?.length ?? count ?? DEFAULT_ZONES;
  const nat = args.nested("natGateways", ["elasticIpAllocationIds", "strategy"]);
  const natStrategy = nat?.choice<NatStrategy>("strategy", ["None", "Single", "OnePerAz"]) ?? "OnePerAz";
  const allocationIds = nat?.input<pulumi.Input<string>[]>("elasticIpAllocationIds");
  return {
    cidrBlock: args.text("cidrBlock") ?? "10.0.0.0/16",
    zoneNames,
    zoneCount,
    natStrategy,
    allocationIds: checkedAllocations(
      natStrategy,
      Array.isArray(allocationIds) ? allocationIds : [],
      zoneCount,
    ),
    specs: readSpecs(args, zoneCount),
    strategy: strategyOf(args),
    zonePrefix: args.number("availabilityZoneCidrMask"),
    zoneNameTags: args.choice("subnetNameTagStrategy", ["Legacy", "AvailabilityZone"]) === "AvailabilityZone",
    tags: args.input<Tags>("tags"),
    endpointStrategy: args.choice("vpcEndpointStrategy", ["Legacy", "Auto"]) ?? "Legacy",
    endpoints: args.each("vpcEndpointSpecs", ENDPOINT_ARGUMENTS) ?? [],
    passed: args,
  };
}

function strategyOf(args: Arguments): "Legacy" | "Auto" {
  const strategy = args.choice("subnetStrategy", ["Legacy", "Auto", "AutoMerge", "Exact"]);
  if (strategy === "AutoMerge" || strategy === "Exact")
    args.refuse(
      "subnetStrategy",
      `'${strategy}' is not supported by the local cloud; expected Auto or Legacy`,
    );
  return strategy ?? "Legacy";
}

function checkedAllocations(
  strategy: NatStrategy,
  ids: pulumi.Input<string>[],
  zones: number,
): pulumi.Input<string>[] {
  const wanted = strategy === "None" ? 0 : strategy === "Single" ? 1 : zones;
  if (ids.length > 0 && ids.length !== wanted) {
    throw new Error(
      `The number of Elastic IPs, if specified, must match the NAT Gateway strategy '${strategy}': expected ${wanted}, got ${ids.length}.`,
    );
  }
  return ids;
}
