import { Eip } from "@pulumi/aws/ec2/eip";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { NatGateway } from "@pulumi/aws/ec2/natGateway";
import { Route } from "@pulumi/aws/ec2/route";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc as AwsVpc } from "@pulumi/aws/ec2/vpc";
import type { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import * as pulumi from "@pulumi/pulumi";
import { mergeTags, type Tags } from "../tags";
import type { VpcArguments } from "./arguments";
import { blockText } from "./blocks";
import { makeEndpoints } from "./endpoints";
import { layOut, type PlacedSubnet, type ResolvedSpec } from "./layout";

/** Type token of the component. */
export const VPC_TYPE = "awsx:ec2:Vpc";

/** What the component makes, in the order in which it makes it. */
export interface VpcParts {
  vpc: AwsVpc;
  internetGateway: InternetGateway;
  subnets: Subnet[];
  publicSubnets: Subnet[];
  privateSubnets: Subnet[];
  isolatedSubnets: Subnet[];
  routeTables: RouteTable[];
  routeTableAssociations: RouteTableAssociation[];
  routes: Route[];
  natGateways: NatGateway[];
  eips: Eip[];
  vpcEndpoints: VpcEndpoint[];
  subnetLayout: ResolvedSpec[];
}

const ORDER = ["Public", "Private", "Isolated", "Unused"];

/** A VPC with its subnets, routes and gateways, named and nested as the official component does it. */
export class Vpc extends pulumi.ComponentResource {
  constructor(
    private readonly name: string,
    private readonly args: VpcArguments,
    options: pulumi.ComponentResourceOptions,
  ) {
    super(VPC_TYPE, name, {}, options);
  }

  /**
   * Makes everything.
   *
   * @throws {Error} If the subnets don't fit, or there is nothing for NAT gateways to do.
   */
  build(zones: readonly string[]): VpcParts {
    const { args } = this;
    const layout = layOut({ ...args, zones });
    refuseIdleNat(args, layout.subnets);
    const vpc = this.makeVpc();
    const parts: VpcParts = {
      vpc,
      internetGateway: new InternetGateway(
        this.name,
        { vpcId: vpc.id, tags: this.sharedTags() },
        { parent: vpc, dependsOn: [vpc] },
      ),
      subnets: [],
      publicSubnets: [],
      privateSubnets: [],
      isolatedSubnets: [],
      routeTables: [],
      routeTableAssociations: [],
      routes: [],
      natGateways: [],
      eips: [],
      vpcEndpoints: [],
      subnetLayout: layout.resolved,
    };
    for (const [index, zone] of zones.entries()) {
      const inZone = layout.subnets.filter(
        (subnet) => subnet.zone === index && subnet.spec.type !== "Unused",
      );
      for (const subnet of inZone.sort((a, b) => ORDER.indexOf(a.spec.type) - ORDER.indexOf(b.spec.type)))
        this.makeSubnet(parts, subnet, zone);
    }
    parts.vpcEndpoints = makeEndpoints(this.name, args, parts);
    return parts;
  }

  private makeVpc(): AwsVpc {
    const { passed, cidrBlock, endpointStrategy, endpoints } = this.args;
    const resolvesPrivately =
      endpointStrategy === "Auto" && endpoints.some((spec) => spec.text("vpcEndpointType") === "Interface");
    return new AwsVpc(
      this.name,
      {
        cidrBlock,
        enableDnsHostnames: passed.input("enableDnsHostnames") ?? (resolvesPrivately ? true : undefined),
        enableDnsSupport: passed.input("enableDnsSupport") ?? (resolvesPrivately ? true : undefined),
        enableNetworkAddressUsageMetrics: passed.input("enableNetworkAddressUsageMetrics"),
        instanceTenancy: passed.input("instanceTenancy"),
        tags: this.sharedTags(),
      },
      { parent: this },
    );
  }

  private makeSubnet(parts: VpcParts, { spec, zone: index, block }: PlacedSubnet, zone: string): void {
    const { vpc } = parts;
    const base = `${this.name}-${spec.name ?? spec.type.toLowerCase()}`;
    const name = `${base}-${index + 1}`;
    const tagged = this.args.zoneNameTags ? `${base}-${zone.split("-").pop() ?? index + 1}` : name;
    const subnet = new Subnet(
      name,
      {
        vpcId: vpc.id,
        availabilityZone: zone,
        cidrBlock: blockText(block),
        mapPublicIpOnLaunch: spec.type === "Public",
        assignIpv6AddressOnCreation: spec.arguments?.flag("assignIpv6AddressOnCreation") ?? false,
        tags: mergeTags({ Name: tagged }, this.args.tags, spec.arguments?.input<Tags>("tags"), {
          SubnetType: spec.type,
        }),
      },
      { parent: vpc, dependsOn: [vpc] },
    );
    const routeTable = new RouteTable(
      name,
      { vpcId: vpc.id, tags: mergeTags({ Name: tagged }, this.args.tags, { SubnetType: spec.type }) },
      { parent: subnet, dependsOn: [subnet] },
    );
    const association = new RouteTableAssociation(
      name,
      { routeTableId: routeTable.id, subnetId: subnet.id },
      { parent: routeTable, dependsOn: [routeTable] },
    );
    parts.subnets.push(subnet);
    parts.routeTables.push(routeTable);
    parts.routeTableAssociations.push(association);
    if (spec.type === "Public") {
      parts.publicSubnets.push(subnet);
      this.makeNatGateway(parts, subnet, index);
      parts.routes.push(makeRoute(name, routeTable, { gatewayId: parts.internetGateway.id }));
    } else if (spec.type === "Private") {
      parts.privateSubnets.push(subnet);
      const gateway = parts.natGateways[this.args.natStrategy === "Single" ? 0 : index];
      if (gateway !== undefined) parts.routes.push(makeRoute(name, routeTable, { natGatewayId: gateway.id }));
    } else {
      parts.isolatedSubnets.push(subnet);
    }
  }

  /** One in each zone, or in the first one only, in a zone's first public subnet. */
  private makeNatGateway(parts: VpcParts, subnet: Subnet, zone: number): void {
    const { natStrategy, allocationIds, tags } = this.args;
    const wanted = natStrategy === "None" ? 0 : natStrategy === "Single" ? 1 : zone + 1;
    if (parts.natGateways.length >= wanted) return;
    const name = `${this.name}-${zone + 1}`;
    const options = { parent: subnet, dependsOn: [subnet] };
    let allocationId = allocationIds[zone];
    if (allocationId === undefined) {
      const eip = new Eip(name, { tags: mergeTags({ Name: name }, tags) }, options);
      parts.eips.push(eip);
      allocationId = eip.allocationId;
    }
    parts.natGateways.push(
      new NatGateway(
        name,
        { subnetId: subnet.id, allocationId, tags: mergeTags({ Name: name }, tags) },
        options,
      ),
    );
  }

  private sharedTags(): ReturnType<typeof mergeTags> {
    return mergeTags({ Name: this.name }, this.args.tags);
  }
}

function makeRoute(
  name: string,
  routeTable: RouteTable,
  to: { gatewayId: pulumi.Input<string> } | { natGatewayId: pulumi.Input<string> },
): Route {
  return new Route(
    name,
    { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", ...to },
    { parent: routeTable, dependsOn: [routeTable] },
  );
}

function refuseIdleNat({ natStrategy }: VpcArguments, subnets: readonly PlacedSubnet[]): void {
  const has = (type: string): boolean => subnets.some(({ spec }) => spec.type === type);
  if (natStrategy === "None" || (has("Public") && has("Private"))) return;
  throw new Error(
    "If NAT Gateway strategy is 'OnePerAz' or 'Single', both private and public subnets must be declared. " +
      "The private subnet creates the need for a NAT Gateway, and the public subnet is required to host the NAT Gateway resource.",
  );
}
