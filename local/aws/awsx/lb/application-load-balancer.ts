import { getSubnetOutput } from "@pulumi/aws/ec2/getSubnet";
import { SecurityGroup, type SecurityGroupArgs } from "@pulumi/aws/ec2/securityGroup";
import type { Subnet } from "@pulumi/aws/ec2/subnet";
import { Listener } from "@pulumi/aws/lb/listener";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import * as pulumi from "@pulumi/pulumi";
import { Arguments } from "../../components/arguments";
import type { ComponentDefinition, Constructed } from "../../components/serve";
import {
  ALB_ARGUMENTS,
  ALB_TYPE,
  LISTENER_ARGUMENTS,
  PASSED,
  TARGET_GROUP_ARGUMENTS,
  only,
} from "./arguments";

/** `awsx:lb:ApplicationLoadBalancer`. */
export const loadBalancerComponent: ComponentDefinition = { supports: ALB_ARGUMENTS, construct };

function construct(
  name: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Constructed {
  const args = new Arguments({ type: ALB_TYPE, names: ALB_ARGUMENTS }, inputs);
  refuseBoth(args);
  const component = new pulumi.ComponentResource(ALB_TYPE, name, {}, options);
  const { subnetIds, vpcId } = placement(args, component);
  const { groups, made } = securityGroups(args, name, vpcId, component);
  const loadBalancer = new LoadBalancer(
    name,
    {
      ...args.inputs(PASSED),
      loadBalancerType: "application",
      subnets: subnetIds,
      subnetMappings: args.input("subnetMappings"),
      securityGroups: groups,
    },
    { parent: component },
  );
  const given = listenersOf(args);
  const defaultTargetGroup = targetGroup(args, given, name, vpcId, component);
  const listeners = given.map(
    (listener, index) =>
      new Listener(
        `${name}-${index}`,
        {
          ...listener.inputs(LISTENER_ARGUMENTS),
          loadBalancerArn: loadBalancer.arn,
          port: listener.input("port") ?? defaultTargetGroup.port.apply((port) => port ?? 80),
          protocol: listener.input("protocol") ?? protocolOf(listener),
          defaultActions: listener.input("defaultActions") ?? [
            { type: "forward", targetGroupArn: defaultTargetGroup.arn },
          ],
        },
        { parent: component },
      ),
  );
  return {
    component,
    outputs: { loadBalancer, defaultTargetGroup, listeners, defaultSecurityGroup: made, vpcId },
  };
}

interface Placement {
  subnetIds: pulumi.Input<pulumi.Input<string>[]> | undefined;
  vpcId: pulumi.Output<string>;
}

/** Subnets, and the VPC of the first one. */
function placement(args: Arguments, parent: pulumi.Resource): Placement {
  const subnets = args.input<Subnet[]>("subnets");
  if (subnets !== undefined) {
    const known = pulumi.output(subnets);
    return {
      subnetIds: known.apply((list) => list.map(({ id }) => id)),
      vpcId: known.apply(([first]) => first?.vpcId ?? pulumi.output("")),
    };
  }
  const mappings = args.input<{ subnetId: string }[]>("subnetMappings");
  const subnetIds = args.input<pulumi.Input<string>[]>("subnetIds");
  const first =
    mappings === undefined
      ? pulumi.output(subnetIds).apply((ids) => ids?.[0] ?? "")
      : pulumi.output(mappings).apply((list) => list[0]?.subnetId ?? "");
  return { subnetIds, vpcId: getSubnetOutput({ id: first }, { parent }).vpcId };
}

function securityGroups(
  args: Arguments,
  name: string,
  vpcId: pulumi.Output<string>,
  parent: pulumi.Resource,
): { groups: pulumi.Input<pulumi.Input<string>[]> | undefined; made: SecurityGroup | undefined } {
  const given = args.input<pulumi.Input<string>[]>("securityGroups");
  const wished = args.nested("defaultSecurityGroup", ["args", "securityGroupId", "skip"]);
  const existing = wished?.input<string>("securityGroupId");
  if (given !== undefined || wished?.flag("skip") === true) return { groups: given, made: undefined };
  if (existing !== undefined) return { groups: [existing], made: undefined };
  const own = wished?.nested("args", SECURITY_GROUP_ARGUMENTS);
  const made = new SecurityGroup(
    name,
    { vpcId, ...(own?.inputs(SECURITY_GROUP_ARGUMENTS) ?? OPEN) },
    { parent },
  );
  return { groups: [made.id], made };
}

const SECURITY_GROUP_ARGUMENTS = [
  "description",
  "egress",
  "ingress",
  "name",
  "namePrefix",
  "revokeRulesOnDelete",
  "tags",
  "vpcId",
];

const ANYWHERE = { cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };

/** What the official component lets in and out by itself. */
const OPEN: SecurityGroupArgs = {
  ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, ...ANYWHERE }],
  egress: [{ protocol: "tcp", fromPort: 0, toPort: 65535, ...ANYWHERE }],
};

function targetGroup(
  args: Arguments,
  listeners: readonly Arguments[],
  name: string,
  vpcId: pulumi.Output<string>,
  parent: pulumi.Resource,
): TargetGroup {
  const own = args.nested("defaultTargetGroup", TARGET_GROUP_ARGUMENTS);
  return new TargetGroup(
    name,
    {
      vpcId,
      targetType: "ip",
      ...target(args, listeners),
      ...own?.inputs(TARGET_GROUP_ARGUMENTS),
    },
    { parent },
  );
}

/** Where targets listen: as asked for, else as the listener does; nowhere known where `listeners` has one entry only. */
function target(
  args: Arguments,
  listeners: readonly Arguments[],
): { port?: pulumi.Input<number>; protocol?: pulumi.Input<string> } {
  const port = args.input<number>("defaultTargetGroupPort");
  if (port !== undefined) return { port, protocol: protocolFor(port) };
  const listener = args.has("listener") || listeners.length > 1 ? listeners[0] : undefined;
  if (listener !== undefined) {
    return {
      port: listener.input<number>("port"),
      protocol: listener.input<string>("protocol") ?? protocolOf(listener),
    };
  }
  return args.has("listeners") && listeners.length === 1 ? {} : { port: 80, protocol: "HTTP" };
}

function listenersOf(args: Arguments): Arguments[] {
  const one = args.nested("listener", LISTENER_ARGUMENTS);
  const given = one === undefined ? args.each("listeners", LISTENER_ARGUMENTS) : [one];
  return given === undefined || given.length === 0 ? [only({ port: 80, protocol: "HTTP" })] : given;
}

function protocolOf(listener: Arguments): pulumi.Input<string> {
  return protocolFor(listener.input<number>("port"));
}

function protocolFor(port: pulumi.Input<number> | undefined): pulumi.Input<string> {
  return pulumi.output(port).apply((known) => (known === 443 ? "HTTPS" : "HTTP"));
}

function refuseBoth(args: Arguments): void {
  for (const names of [
    ["listener", "listeners"],
    ["subnets", "subnetIds", "subnetMappings"],
    ["defaultTargetGroup", "defaultTargetGroupPort"],
  ]) {
    const given = names.filter((name) => args.has(name));
    if (given.length > 1) throw new Error(`Only one of [${names.join(", ")}] can be specified`);
  }
  if (!["subnets", "subnetIds", "subnetMappings"].some((name) => args.has(name))) {
    args.refuse("subnetIds", "is missing: the local account has no default VPC to take subnets of");
  }
}
