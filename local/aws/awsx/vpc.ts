import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentDefinition } from "../components/serve";
import { layoutSubnets, maskOf, type PlacedSubnet, type SubnetSpec } from "./layout";
import { createEndpoints, type EndpointSpec } from "./vpc-endpoints";

type Tags = Record<string, pulumi.Input<string>>;

interface VpcArgs {
  readonly cidrBlock?: string;
  readonly availabilityZoneCidrMask?: number;
  readonly availabilityZoneNames?: string[];
  readonly numberOfAvailabilityZones?: number;
  readonly enableDnsHostnames?: pulumi.Input<boolean>;
  readonly enableDnsSupport?: pulumi.Input<boolean>;
  readonly natGateways?: { readonly strategy?: "None" | "Single" | "OnePerAz" };
  readonly subnetStrategy?: string;
  readonly subnetSpecs?: readonly (SubnetSpec & { readonly tags?: Tags })[];
  readonly tags?: Tags;
  readonly vpcEndpointSpecs?: readonly EndpointSpec[];
  readonly vpcEndpointStrategy?: string;
}

/** One subnet with its routing. */
interface Routed {
  readonly spec: SubnetSpec;
  readonly zone: number;
  readonly subnet: aws.ec2.Subnet;
  readonly routeTable: aws.ec2.RouteTable;
}

const DEFAULT_CIDR = "10.0.0.0/16";
const DEFAULT_ZONES = 3;

/** `awsx:ec2:Vpc` with the strategy `Auto`. */
export const vpcComponent: ComponentDefinition = {
  supports: [
    "cidrBlock",
    "availabilityZoneCidrMask",
    "availabilityZoneNames",
    "numberOfAvailabilityZones",
    "enableDnsHostnames",
    "enableDnsSupport",
    "natGateways",
    "subnetStrategy",
    "subnetSpecs",
    "tags",
    "vpcEndpointSpecs",
    "vpcEndpointStrategy",
  ],
  async construct(name, inputs, options) {
    const vpc = new Vpc(name, inputs, options);
    return { component: vpc, outputs: await vpc.done };
  },
};

class Vpc extends pulumi.ComponentResource {
  /** The outputs, when every child is asked for. */
  readonly done: Promise<pulumi.Inputs>;
  private readonly natGateways: aws.ec2.NatGateway[] = [];
  private readonly eips: aws.ec2.Eip[] = [];
  private readonly routes: aws.ec2.Route[] = [];
  private readonly associations: aws.ec2.RouteTableAssociation[] = [];

  constructor(name: string, args: VpcArgs, opts: pulumi.ComponentResourceOptions) {
    super("awsx:ec2:Vpc", name, {}, opts);
    refuse(name, args);
    this.done = this.zonesOf(args).then((zones) => this.create(name, args, zones));
    void this.done.then(() => this.registerOutputs({}));
  }

  private async zonesOf(args: VpcArgs): Promise<string[]> {
    if (args.availabilityZoneNames) return args.availabilityZoneNames;
    const { names } = await aws.getAvailabilityZones({}, { parent: this });
    return names.slice(0, args.numberOfAvailabilityZones ?? DEFAULT_ZONES);
  }

  private create(name: string, args: VpcArgs, zones: string[]): pulumi.Inputs {
    const { cidrBlock = DEFAULT_CIDR, tags = {} } = args;
    const zoneBits =
      args.availabilityZoneCidrMask ?? Number(cidrBlock.split("/")[1]) + Math.ceil(Math.log2(zones.length));
    const specs = args.subnetSpecs ?? [
      { type: "Private" as const, cidrMask: zoneBits + 1 },
      { type: "Public" as const, cidrMask: zoneBits + 2 },
    ];
    const usesEndpoints = args.vpcEndpointSpecs?.some(
      ({ vpcEndpointType }) => vpcEndpointType === "Interface",
    );
    const vpc = new aws.ec2.Vpc(
      name,
      {
        cidrBlock,
        enableDnsHostnames: args.enableDnsHostnames ?? usesEndpoints,
        enableDnsSupport: args.enableDnsSupport ?? usesEndpoints,
        tags: { Name: name, ...tags },
      },
      { parent: this },
    );
    const inVpc = { parent: vpc, dependsOn: [vpc] };
    const gateway = new aws.ec2.InternetGateway(
      name,
      { vpcId: vpc.id, tags: { Name: name, ...tags } },
      inVpc,
    );
    const placed = layoutSubnets(cidrBlock, zones.length, specs, args.availabilityZoneCidrMask).filter(
      ({ spec }) => spec.type !== "Unused",
    );
    const routed = [...placed.filter(isPublic), ...placed.filter((subnet) => !isPublic(subnet))]
      .sort((left, right) => left.zone - right.zone)
      .map((subnet) => this.createSubnet(name, args, zones, vpc, gateway, subnet));
    const endpoints = createEndpoints(name, args.vpcEndpointSpecs ?? [], {
      vpc,
      cidr: cidrBlock,
      tags,
      routeTableIds: routed.map(({ routeTable }) => routeTable.id),
      privateSubnetIds: idsOf(routed, "Private"),
    });
    const everything = [vpc, ...routed.map(({ subnet }) => subnet)];
    const after = <T>(value: pulumi.Input<T>) =>
      pulumi.all([value, ...everything.map(({ urn }) => urn)]).apply(([first]) => first);
    return {
      vpc,
      vpcId: after(vpc.id),
      internetGateway: gateway,
      subnets: routed.map(({ subnet }) => subnet),
      publicSubnets: subnetsOf(routed, "Public"),
      privateSubnets: subnetsOf(routed, "Private"),
      isolatedSubnets: subnetsOf(routed, "Isolated"),
      publicSubnetIds: after(pulumi.all(idsOf(routed, "Public"))),
      privateSubnetIds: after(pulumi.all(idsOf(routed, "Private"))),
      isolatedSubnetIds: after(pulumi.all(idsOf(routed, "Isolated"))),
      routeTables: routed.map(({ routeTable }) => routeTable),
      routeTableAssociations: this.associations,
      routes: this.routes,
      natGateways: this.natGateways,
      eips: this.eips,
      vpcEndpoints: endpoints,
      subnetLayout: specs.map(({ type, name: specName, cidrMask }) => ({
        type,
        name: specName,
        cidrMask,
        size: 2 ** (32 - maskOf({ type, cidrMask }, zoneBits, specs.length)),
      })),
    };
  }

  private createSubnet(
    name: string,
    args: VpcArgs,
    zones: string[],
    vpc: aws.ec2.Vpc,
    gateway: aws.ec2.InternetGateway,
    { spec, zone, cidr }: PlacedSubnet,
  ): Routed {
    const { tags = {} } = args;
    const specTags = args.subnetSpecs?.find((candidate) => candidate === spec)?.tags ?? {};
    const subnetName = `${name}-${spec.name ?? spec.type.toLowerCase()}-${zone + 1}`;
    const subnet = new aws.ec2.Subnet(
      subnetName,
      {
        vpcId: vpc.id,
        availabilityZone: zones[zone],
        cidrBlock: cidr,
        mapPublicIpOnLaunch: spec.type === "Public",
        assignIpv6AddressOnCreation: false,
        tags: { Name: subnetName, ...tags, ...specTags, SubnetType: spec.type },
      },
      { parent: vpc, dependsOn: [vpc] },
    );
    const routeTable = new aws.ec2.RouteTable(
      subnetName,
      { vpcId: vpc.id, tags: { Name: subnetName, ...tags, SubnetType: spec.type } },
      { parent: subnet, dependsOn: [subnet] },
    );
    const inTable = { parent: routeTable, dependsOn: [routeTable] };
    this.associations.push(
      new aws.ec2.RouteTableAssociation(
        subnetName,
        { routeTableId: routeTable.id, subnetId: subnet.id },
        inTable,
      ),
    );
    if (spec.type === "Public") {
      this.createNatGateway(name, args, zone, subnet);
      this.routes.push(
        new aws.ec2.Route(
          subnetName,
          { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
          inTable,
        ),
      );
    }
    const nat = this.natGateways[Math.min(zone, this.natGateways.length - 1)];
    if (spec.type === "Private" && nat) {
      this.routes.push(
        new aws.ec2.Route(
          subnetName,
          { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id },
          inTable,
        ),
      );
    }
    return { spec, zone, subnet, routeTable };
  }

  private createNatGateway(name: string, args: VpcArgs, zone: number, subnet: aws.ec2.Subnet): void {
    const strategy = args.natGateways?.strategy ?? "OnePerAz";
    if (strategy === "None" || (strategy === "Single" && zone > 0)) return;
    const natName = `${name}-${zone + 1}`;
    const tags = { Name: natName, ...args.tags };
    const inSubnet = { parent: subnet, dependsOn: [subnet] };
    const eip = new aws.ec2.Eip(natName, { tags }, inSubnet);
    this.eips.push(eip);
    this.natGateways.push(
      new aws.ec2.NatGateway(
        natName,
        { subnetId: subnet.id, allocationId: eip.allocationId, tags },
        inSubnet,
      ),
    );
  }
}

function refuse(name: string, args: VpcArgs): void {
  if (args.subnetStrategy !== "Auto") {
    const found = args.subnetStrategy ?? "Legacy";
    throw new Error(
      `awsx:ec2:Vpc '${name}': subnetStrategy '${found}' is not supported by the local cloud; expected 'Auto'`,
    );
  }
  if (args.vpcEndpointSpecs && args.vpcEndpointStrategy !== "Auto") {
    const found = args.vpcEndpointStrategy ?? "Legacy";
    throw new Error(
      `awsx:ec2:Vpc '${name}': vpcEndpointStrategy '${found}' is not supported by the local cloud; expected 'Auto'`,
    );
  }
}

function isPublic({ spec }: { spec: SubnetSpec }): boolean {
  return spec.type === "Public";
}

function subnetsOf(routed: readonly Routed[], type: SubnetSpec["type"]): aws.ec2.Subnet[] {
  return routed.filter(({ spec }) => spec.type === type).map(({ subnet }) => subnet);
}

function idsOf(routed: readonly Routed[], type: SubnetSpec["type"]): pulumi.Output<string>[] {
  return subnetsOf(routed, type).map(({ id }) => id);
}
