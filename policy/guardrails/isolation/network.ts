import { resourcePolicy } from "../define";
import { at, has, isTrue, list, text, type Properties } from "../properties";

/** The whole internet, in both address families. */
const ANYWHERE = ["0.0.0.0/0", "::/0"];

interface Rule {
  readonly where: string;
  readonly rule: unknown;
}

const SECURITY_GROUPS: Readonly<Record<string, (props: Properties) => Rule[]>> = {
  "aws:ec2/securityGroup:SecurityGroup": (props) =>
    list(props, "ingress").map((rule, index) => ({ where: `ingress[${index}]`, rule })),
  "aws:ec2/securityGroupRule:SecurityGroupRule": (props) =>
    text(props, "type") === "ingress" ? [{ where: "rule", rule: props }] : [],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (props) => [{ where: "rule", rule: props }],
};

/** Nothing behind CloudFront lets the internet in. */
export const noOpenIngress = resourcePolicy({
  name: "no-open-ingress",
  description: "No security group admits the whole internet.",
  severity: "critical",
  remediationSteps: "Admit a security group, a managed prefix list or a list of known ranges instead.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18",
  types: Object.keys(SECURITY_GROUPS),
  *check({ type, props }) {
    for (const { where, rule } of SECURITY_GROUPS[type]?.(props) ?? []) {
      const ranges = [
        ...list(rule, "cidrBlocks"),
        ...list(rule, "ipv6CidrBlocks"),
        at(rule, "cidrIpv4"),
        at(rule, "cidrIpv6"),
      ];
      for (const range of ANYWHERE.filter((anywhere) => ranges.includes(anywhere))) {
        yield `${where}: admits ${range}; expected a security group, a prefix list or known ranges`;
      }
    }
  },
});

/** A tenant's database is reached from its own pods: from a security group, never from a range of addresses. */
export const tenantIngressBySecurityGroup = resourcePolicy({
  name: "tenant-ingress-by-security-group",
  description:
    "In a tenant's stack, ingress is given to security groups, not to address ranges other tenants share.",
  severity: "critical",
  remediationSteps: "Set referencedSecurityGroupId to the security group of the tenant's pods.",
  types: Object.keys(SECURITY_GROUPS),
  *check({ type, props, owner }) {
    if (owner.tenant === undefined) return;
    for (const { where, rule } of SECURITY_GROUPS[type]?.(props) ?? []) {
      for (const key of ["cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6"]) {
        const isSet = Array.isArray(at(rule, key)) ? list(rule, key).length > 0 : has(rule, key);
        if (isSet)
          yield `${where}.${key}: set; expected a security group, as pods of all tenants share the ranges`;
      }
    }
  },
});

/** Databases have no public address. */
export const databasePrivate = resourcePolicy({
  name: "database-private",
  description: "RDS instances are not publicly accessible and stand in the cell's isolated subnets.",
  severity: "critical",
  remediationSteps: "Leave publiclyAccessible unset or false; set dbSubnetGroupName and vpcSecurityGroupIds.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-2",
  types: ["aws:rds/instance:Instance"],
  *check({ props }) {
    if (isTrue(props, "publiclyAccessible")) yield "publiclyAccessible: true; expected false";
    if (!has(props, "dbSubnetGroupName"))
      yield "dbSubnetGroupName: missing; expected the cell's subnet group";
    if (!has(props, "vpcSecurityGroupIds"))
      yield "vpcSecurityGroupIds: missing; expected the database's own group";
  },
});
