import {
  AwsError,
  canonical,
  defineResource,
  type Context,
  type Quota,
  type ResourceDefinition,
} from "../../framework";
import { checksum } from "./routes";
import { VPC_REFERENCE, dependencyViolation, securityGroupReference } from "./shared";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";

/** Rules a group, in each direction. https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
function ruleQuota(key: string, per: readonly string[]): Quota {
  return {
    key,
    limit: 60,
    per,
    exceeded: {
      code: "RulesPerSecurityGroupLimitExceeded",
      message: () => "The maximum number of rules per security group has been reached.",
    },
  };
}

/** A stateful firewall of network interfaces. */
export const securityGroup = defineResource({
  type: GROUP,
  service: "EC2",
  operations: {
    create: "CreateSecurityGroup",
    read: "DescribeSecurityGroups",
    update: "UpdateSecurityGroupRuleDescriptionsIngress",
    delete: "DeleteSecurityGroup",
  },
  taggable: true,
  autoname: { property: "name", prefixProperty: "namePrefix", maxLength: 255 },
  check: (inputs) =>
    inputs.string("name")?.startsWith("sg-") === true
      ? [{ property: "name", reason: `"${inputs.stringOr("name", "")}" must not begin with sg-` }]
      : [],
  sets: ["ingress", "egress"],
  defaults: () => ({
    description: "Managed by Pulumi",
    ingress: [],
    egress: [],
    revokeRulesOnDelete: false,
    namePrefix: "",
  }),
  computed: ["arn", "ownerId"],
  replaces: ["name", "namePrefix", "description", "vpcId"],
  references: [
    VPC_REFERENCE,
    securityGroupReference("ingress[*].securityGroups[*]"),
    securityGroupReference("egress[*].securityGroups[*]"),
  ],
  unique: [
    {
      key: (context) => `${context.inputs.stringOr("vpcId", "")}|${context.inputs.stringOr("name", "")}`,
      taken: {
        code: "InvalidGroup.Duplicate",
        message: (key) => {
          const [vpcId, name] = key.split("|");
          return `The security group '${name}' already exists for VPC '${vpcId}'`;
        },
      },
    },
  ],
  quotas: [
    {
      key: "ec2.securityGroups",
      limit: 2500,
      exceeded: {
        code: "SecurityGroupLimitExceeded",
        message: () => "The maximum number of security groups has been reached.",
      },
    },
  ],
  latency: { create: 2, update: 1, delete: 1 },
  inUse: {
    code: "DependencyViolation",
    message: (id) => `resource ${id} has a dependent object`,
  },
  create(context) {
    if (!context.inputs.has("vpcId")) {
      throw new AwsError("VPCIdNotSpecified", "No default VPC for this user");
    }
    const id = `sg-${context.hex(17)}`;
    const arn = context.arn("ec2", `security-group/${id}`);
    return { id, arn, outputs: { arn, ownerId: context.accountId } };
  },
});

/** A VPC's own security group, adopted and stripped of its rules; its removal only lets go of it. */
export const defaultSecurityGroup = defineResource({
  type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  service: "EC2",
  operations: {
    create: "RevokeSecurityGroupIngress",
    read: "DescribeSecurityGroups",
    update: "AuthorizeSecurityGroupIngress",
    delete: "DescribeSecurityGroups",
  },
  taggable: true,
  sets: ["ingress", "egress"],
  defaults: () => ({
    description: "default VPC security group",
    name: "default",
    namePrefix: "",
    ingress: [],
    egress: [],
    revokeRulesOnDelete: false,
  }),
  computed: ["arn", "ownerId"],
  replaces: ["vpcId"],
  references: [{ ...VPC_REFERENCE, onDelete: "cascade" }],
  latency: { create: 1, update: 1 },
  inUse: dependencyViolation("security group"),
  async create(context) {
    const vpcId = context.inputs.stringOr("vpcId", "");
    const [group] = await context.list(GROUP, { vpcId, name: "default" });
    if (group === undefined) throw new AwsError("VPCIdNotSpecified", "No default VPC for this user");
    return { id: group.id, arn: group.arn, outputs: { arn: group.arn, ownerId: context.accountId } };
  },
});

/** A rule of a group in the older form, several sources in one. */
export const securityGroupRule = defineResource({
  type: "aws:ec2/securityGroupRule:SecurityGroupRule",
  service: "EC2",
  operations: {
    create: "AuthorizeSecurityGroupIngress",
    read: "DescribeSecurityGroups",
    update: "UpdateSecurityGroupRuleDescriptionsIngress",
    delete: "RevokeSecurityGroupIngress",
  },
  required: ["type", "securityGroupId", "protocol", "fromPort", "toPort"],
  check(inputs) {
    const type = inputs.string("type");
    const sources = ["cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "self", "sourceSecurityGroupId"];
    return [
      ...(type !== undefined && type !== "ingress" && type !== "egress"
        ? [{ property: "type", reason: `"${type}" is neither ingress nor egress` }]
        : []),
      ...(sources.some((name) => inputs.has(name))
        ? []
        : [{ property: "cidrBlocks", reason: `one of ${sources.join(", ")} must be specified` }]),
    ];
  },
  defaults: () => ({ self: false }),
  computed: ["securityGroupRuleId"],
  replaces: [
    "type",
    "securityGroupId",
    "protocol",
    "fromPort",
    "toPort",
    "cidrBlocks",
    "ipv6CidrBlocks",
    "prefixListIds",
    "self",
    "sourceSecurityGroupId",
  ],
  deleteBeforeReplace: true,
  references: [
    securityGroupReference("securityGroupId", "cascade"),
    securityGroupReference("sourceSecurityGroupId"),
  ],
  unique: [
    {
      key: (context) =>
        canonical({
          ...ruleOf(context, ["type", "securityGroupId", "protocol", "fromPort", "toPort"]),
          ...ruleOf(context, [
            "cidrBlocks",
            "ipv6CidrBlocks",
            "prefixListIds",
            "self",
            "sourceSecurityGroupId",
          ]),
        }),
      taken: duplicateRule(),
    },
  ],
  quotas: [ruleQuota("ec2.rulesPerSecurityGroup", ["securityGroupId", "type"])],
  latency: { create: 1, update: 1, delete: 1 },
  create(context) {
    const id = `sgrule-${checksum(canonical(context.inputs.values))}${checksum(context.hex(8)) % 1000}`;
    const ruleId = `sgr-${context.hex(17)}`;
    return {
      id,
      arn: context.arn("ec2", `security-group-rule/${ruleId}`),
      outputs: { securityGroupRuleId: ruleId },
    };
  },
});

/** A rule with one source (`Ingress`) or one destination (`Egress`). */
function singleRule(direction: "Ingress" | "Egress"): ResourceDefinition {
  const ends = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];
  return defineResource({
    type: `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`,
    service: "EC2",
    operations: {
      create: `AuthorizeSecurityGroup${direction}`,
      read: "DescribeSecurityGroupRules",
      update: "ModifySecurityGroupRules",
      delete: `RevokeSecurityGroup${direction}`,
    },
    taggable: true,
    required: ["securityGroupId", "ipProtocol"],
    check: (inputs) =>
      ends.filter((name) => inputs.has(name)).length === 1
        ? []
        : [{ property: "cidrIpv4", reason: `exactly one of ${ends.join(", ")} must be specified` }],
    computed: ["arn", "securityGroupRuleId"],
    replaces: ["securityGroupId"],
    references: [
      securityGroupReference("securityGroupId", "cascade"),
      securityGroupReference("referencedSecurityGroupId"),
    ],
    unique: [
      {
        key: (context) =>
          canonical(ruleOf(context, ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...ends])),
        taken: duplicateRule(),
      },
    ],
    quotas: [ruleQuota("ec2.rulesPerSecurityGroup", ["securityGroupId"])],
    latency: { create: 1, update: 1, delete: 1 },
    create(context) {
      const id = `sgr-${context.hex(17)}`;
      const arn = context.arn("ec2", `security-group-rule/${id}`);
      return { id, arn, outputs: { arn, securityGroupRuleId: id } };
    },
  });
}

/** What may come in. */
export const ingressRule = singleRule("Ingress");

/** What may go out. */
export const egressRule = singleRule("Egress");

function ruleOf(context: Context, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names
      .filter((name) => context.inputs.has(name))
      .map((name) => [name, canonical(context.inputs.at(name))]),
  );
}

function duplicateRule(): { code: string; message(value: string): string } {
  return {
    code: "InvalidPermission.Duplicate",
    message: (rule) => `the specified rule "${rule}" already exists`,
  };
}
