import { isTooWide } from "../../../components/rules/network";
import { resourcePolicy } from "../define";
import { at, has, isTrue, list } from "../properties";
import { CLUSTER, CLUSTER_INSTANCE, INSTANCE } from "../rds";
import { admittedBy, INGRESS_TYPES } from "./ingress";

/** Nothing behind CloudFront lets the internet in. */
export const noOpenIngress = resourcePolicy({
  name: "no-open-ingress",
  description:
    "No security group admits the internet, or a large part of it (IPv4 wider than /8, IPv6 than /16).",
  severity: "critical",
  remediationSteps: "Admit a security group, a managed prefix list or a list of known ranges instead.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18",
  types: INGRESS_TYPES,
  *check({ type, props }) {
    for (const { where, rule } of admittedBy(type, props)) {
      const ranges = [
        ...list(rule, "cidrBlocks"),
        ...list(rule, "ipv6CidrBlocks"),
        at(rule, "cidrIpv4"),
        at(rule, "cidrIpv6"),
      ].filter((range) => typeof range === "string");
      for (const range of ranges.filter(isTooWide)) {
        yield `${where}: admits ${range}; expected a security group, a prefix list or known ranges`;
      }
    }
  },
});

/** The ways to admit by address. A prefix list is one, too: whoever owns it decides what is in it. */
const BY_ADDRESS = ["cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6", "prefixListId", "prefixListIds"];

/** A tenant's database is reached from its own pods: from a security group, never from a range of addresses. */
export const tenantIngressBySecurityGroup = resourcePolicy({
  name: "tenant-ingress-by-security-group",
  description:
    "In a tenant's stack, ingress is given to security groups, not to address ranges other tenants share.",
  severity: "critical",
  remediationSteps: "Set referencedSecurityGroupId to the security group of the tenant's pods.",
  types: INGRESS_TYPES,
  *check({ type, props, owner }) {
    if (owner.tenant === undefined) return;
    for (const { where, rule } of admittedBy(type, props)) {
      for (const key of BY_ADDRESS) {
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
  description:
    "RDS instances and clusters are not publicly accessible and stand in the cell's isolated subnets.",
  severity: "critical",
  remediationSteps: "Leave publiclyAccessible unset or false; set dbSubnetGroupName and vpcSecurityGroupIds.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-2",
  types: [INSTANCE, CLUSTER, CLUSTER_INSTANCE],
  *check({ type, props }) {
    if (isTrue(props, "publiclyAccessible")) yield "publiclyAccessible: true; expected false";
    if (type === CLUSTER_INSTANCE) return;
    if (!has(props, "dbSubnetGroupName"))
      yield "dbSubnetGroupName: missing; expected the cell's subnet group";
    if (!has(props, "vpcSecurityGroupIds"))
      yield "vpcSecurityGroupIds: missing; expected the database's own group";
  },
});
