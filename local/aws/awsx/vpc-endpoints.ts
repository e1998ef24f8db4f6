import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** An endpoint as the program asked for it. */
export interface EndpointSpec {
  readonly serviceName: string;
  readonly vpcEndpointType?: string;
  readonly policy?: pulumi.Input<string>;
  readonly privateDnsEnabled?: boolean;
  readonly routeTableIds?: pulumi.Input<pulumi.Input<string>[]>;
  readonly subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
  readonly tags?: Record<string, pulumi.Input<string>>;
}

/** The network that endpoints are made in. */
export interface EndpointPlace {
  readonly vpc: aws.ec2.Vpc;
  readonly cidr: string;
  readonly tags: Record<string, pulumi.Input<string>>;
  readonly routeTableIds: pulumi.Output<string>[];
  readonly privateSubnetIds: pulumi.Output<string>[];
}

/** Makes endpoints as awsx's strategy `Auto` does: gateways in every route table, interfaces in private subnets. */
export function createEndpoints(
  name: string,
  specs: readonly EndpointSpec[],
  place: EndpointPlace,
): aws.ec2.VpcEndpoint[] {
  const { vpc } = place;
  return specs.map(({ tags = {}, ...spec }) => {
    const defaults =
      spec.vpcEndpointType === "Interface" ? interfaceDefaults(name, spec, place) : gatewayDefaults(place);
    return new aws.ec2.VpcEndpoint(
      spec.serviceName,
      { ...defaults, ...spec, vpcId: vpc.id, tags: { Name: name, ...place.tags, ...tags } },
      { parent: vpc, dependsOn: [vpc] },
    );
  });
}

function gatewayDefaults({ routeTableIds }: EndpointPlace): Partial<aws.ec2.VpcEndpointArgs> {
  return { routeTableIds };
}

function interfaceDefaults(
  name: string,
  spec: EndpointSpec,
  place: EndpointPlace,
): Partial<aws.ec2.VpcEndpointArgs> {
  const defaults = { subnetIds: place.privateSubnetIds, privateDnsEnabled: true };
  if (spec.securityGroupIds) return defaults;
  const opts = { parent: place.vpc, dependsOn: [place.vpc] };
  const group = new aws.ec2.SecurityGroup(
    `${spec.serviceName}-sg`,
    { vpcId: place.vpc.id, tags: { Name: name, ...place.tags } },
    opts,
  );
  new aws.ec2.SecurityGroupRule(
    `${spec.serviceName}-ingress`,
    {
      securityGroupId: group.id,
      type: "ingress",
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrBlocks: [place.cidr],
    },
    opts,
  );
  return { ...defaults, securityGroupIds: [group.id] };
}
