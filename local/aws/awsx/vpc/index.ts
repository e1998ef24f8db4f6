import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones";
import * as pulumi from "@pulumi/pulumi";
import { Arguments } from "../../components/arguments";
import type { ComponentDefinition, Constructed } from "../../components/serve";
import { VPC_ARGUMENTS, readVpcArguments, type VpcArguments } from "./arguments";
import { VPC_TYPE, Vpc } from "./vpc";

/** `awsx:ec2:Vpc`. */
export const vpcComponent: ComponentDefinition = { supports: VPC_ARGUMENTS, construct };

async function construct(
  name: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Promise<Constructed> {
  const args = readVpcArguments(new Arguments({ type: VPC_TYPE, names: VPC_ARGUMENTS }, inputs));
  const component = new Vpc(name, args, options);
  warnOfDefaults(args, component);
  const parts = component.build(await zonesOf(args, component));
  const ids = (resources: readonly pulumi.CustomResource[]): pulumi.Output<string>[] =>
    resources.map(({ id }) => id);
  // In one output, so that whoever takes any of these depends on the VPC and on all subnets, as with the official component.
  const data = pulumi.output({
    ...parts,
    vpcId: parts.vpc.id,
    publicSubnetIds: ids(parts.publicSubnets),
    privateSubnetIds: ids(parts.privateSubnets),
    isolatedSubnetIds: ids(parts.isolatedSubnets),
  });
  return {
    component,
    outputs: Object.fromEntries(OUTPUTS.map((output) => [output, data.apply((known) => known[output])])),
  };
}

const OUTPUTS = [
  "eips",
  "internetGateway",
  "isolatedSubnetIds",
  "isolatedSubnets",
  "natGateways",
  "privateSubnetIds",
  "privateSubnets",
  "publicSubnetIds",
  "publicSubnets",
  "routeTableAssociations",
  "routeTables",
  "routes",
  "subnetLayout",
  "subnets",
  "vpc",
  "vpcEndpoints",
  "vpcId",
] as const;

async function zonesOf({ zoneNames, zoneCount }: VpcArguments, component: Vpc): Promise<string[]> {
  if (zoneNames !== undefined) return zoneNames;
  const { names } = await getAvailabilityZones({}, { parent: component });
  if (names.length < zoneCount) {
    throw new Error(
      `The configured region for this provider does not have at least ${zoneCount} Availability Zones. ` +
        `Either specify an explicit list of zones in availabilityZoneNames or choose a region with at least ${zoneCount} AZs.`,
    );
  }
  return names.slice(0, zoneCount);
}

function warnOfDefaults({ specs, passed, endpoints, endpointStrategy }: VpcArguments, component: Vpc): void {
  const warn = (message: string): void => void pulumi.log.warn(message, component);
  if (specs !== undefined && !passed.has("subnetStrategy"))
    warn(
      `The default subnetStrategy will change from "Legacy" to "Auto" in the next major version. Please specify the subnetStrategy explicitly.`,
    );
  const bare = endpoints.some(
    (spec) => !spec.has("routeTableIds") && (spec.text("vpcEndpointType") ?? "Gateway") === "Gateway",
  );
  if (bare && endpointStrategy === "Legacy")
    warn(
      `A Gateway VPC endpoint without routeTableIds reaches no subnet. Give it routeTableIds, or set vpcEndpointStrategy to "Auto".`,
    );
}
