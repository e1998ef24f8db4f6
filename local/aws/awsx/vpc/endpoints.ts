import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupRule } from "@pulumi/aws/ec2/securityGroupRule";
import { VpcEndpoint, type VpcEndpointArgs } from "@pulumi/aws/ec2/vpcEndpoint";
import type * as pulumi from "@pulumi/pulumi";
import type { Arguments } from "../../components/arguments";
import { mergeTags, type Tags } from "../tags";
import type { VpcArguments } from "./arguments";
import type { VpcParts } from "./vpc";

type Built = Pick<VpcParts, "vpc" | "routeTables" | "privateSubnets">;

/** Endpoints, under their services' raw names: bare as given, or wired to the VPC's own tables and subnets. */
export function makeEndpoints(name: string, args: VpcArguments, built: Built): VpcEndpoint[] {
  return args.endpoints.map((spec) => {
    const { vpc } = built;
    const serviceName = spec.text("serviceName") ?? spec.refuse("serviceName", "is missing");
    return new VpcEndpoint(
      serviceName,
      {
        autoAccept: spec.flag("autoAccept"),
        dnsOptions: spec.input("dnsOptions"),
        ipAddressType: spec.input("ipAddressType"),
        policy: spec.input("policy"),
        privateDnsEnabled: spec.flag("privateDnsEnabled"),
        routeTableIds: spec.input("routeTableIds"),
        securityGroupIds: spec.input("securityGroupIds"),
        subnetIds: spec.input("subnetIds"),
        vpcEndpointType: spec.input("vpcEndpointType"),
        ...(args.endpointStrategy === "Auto" ? wiring(name, args, spec, serviceName, built) : {}),
        serviceName,
        vpcId: vpc.id,
        tags: mergeTags({ Name: name }, args.tags, spec.input<Tags>("tags")),
      },
      { parent: vpc, dependsOn: [vpc] },
    );
  });
}

function wiring(
  name: string,
  args: VpcArguments,
  spec: Arguments,
  serviceName: string,
  built: Built,
): Pick<VpcEndpointArgs, "routeTableIds" | "subnetIds" | "privateDnsEnabled" | "securityGroupIds"> {
  const { vpc, routeTables, privateSubnets } = built;
  const type = spec.text("vpcEndpointType") ?? "Gateway";
  if (type === "Gateway")
    return {
      routeTableIds: spec.input<pulumi.Input<string>[]>("routeTableIds") ?? routeTables.map(({ id }) => id),
    };
  if (type !== "Interface") return {};
  const subnetIds = spec.input<pulumi.Input<string>[]>("subnetIds") ?? privateSubnets.map(({ id }) => id);
  const privateDnsEnabled = spec.flag("privateDnsEnabled") ?? true;
  const given = spec.input<pulumi.Input<string>[]>("securityGroupIds");
  if (given !== undefined) return { subnetIds, privateDnsEnabled, securityGroupIds: given };
  const options = { parent: vpc, dependsOn: [vpc] };
  const group = new SecurityGroup(
    `${serviceName}-sg`,
    { vpcId: vpc.id, tags: mergeTags({ Name: name }, args.tags) },
    options,
  );
  new SecurityGroupRule(
    `${serviceName}-ingress`,
    {
      type: "ingress",
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrBlocks: [vpc.cidrBlock],
      securityGroupId: group.id,
    },
    options,
  );
  return { subnetIds, privateDnsEnabled, securityGroupIds: [group.id] };
}
