import { stackPolicy, type StackSubject } from "../define";
import { atOrUnknown, UNKNOWN } from "../properties";
import { CLUSTER, INSTANCE } from "../rds";
import { admittedBy } from "./ingress";

/** The groups that a stack makes itself. */
class OwnGroups {
  private readonly ids: ReadonlySet<string>;
  private readonly urns: ReadonlySet<string>;

  constructor(resources: readonly StackSubject[]) {
    const groups = resources.filter(
      // A group that a stack only reads carries the tag of whoever made it.
      ({ type, props, owner }) =>
        type === "aws:ec2/securityGroup:SecurityGroup" &&
        atOrUnknown(props, "tags.tenant-id") === owner.tenant,
    );
    this.urns = new Set(groups.map(({ urn }) => urn));
    this.ids = new Set(groups.flatMap(({ props }) => idsOf(props, "id")).filter((id) => id !== UNKNOWN));
  }

  /**
   * The ids under a key that are of no group of the stack. An id that is not known yet is judged by what it is made of.
   *
   * @param madeOf URNs of the resources that the key's value is made of
   */
  foreign(value: unknown, key: string, madeOf: readonly string[] = []): readonly string[] {
    return idsOf(value, key)
      .filter((id) => (id === UNKNOWN ? !madeOf.some((urn) => this.urns.has(urn)) : !this.ids.has(id)))
      .map((id) => (id === UNKNOWN ? "a group not known yet" : id));
  }
}

/** The ids under a key that holds one or a list of them. */
function idsOf(value: unknown, key: string): readonly (string | typeof UNKNOWN)[] {
  const found = atOrUnknown(value, key);
  const ids = Array.isArray(found)
    ? Array.from({ length: found.length }, (_, index) => atOrUnknown(value, `${key}.${index}`))
    : [found];
  return ids.flatMap((id) => (id === UNKNOWN || (typeof id === "string" && id !== "") ? [id] : []));
}

/** The ways to admit by group, and the group that is opened. */
const BY_GROUP = ["securityGroupId", "referencedSecurityGroupId", "sourceSecurityGroupId", "securityGroups"];

const EXPECTED =
  "expected a group that the tenant's stack makes itself, as others are shared with other tenants";

function* foreignGroupsOf(resource: StackSubject, own: OwnGroups): Iterable<string> {
  for (const { where, input, rule } of admittedBy(resource.type, resource.props)) {
    for (const key of BY_GROUP) {
      for (const id of own.foreign(rule, key, resource.madeOf[input ?? key])) {
        yield `${where}.${key}: ${id}; ${EXPECTED}`;
      }
    }
  }
  if (resource.type !== INSTANCE && resource.type !== CLUSTER) return;
  for (const id of own.foreign(
    resource.props,
    "vpcSecurityGroupIds",
    resource.madeOf["vpcSecurityGroupIds"],
  )) {
    yield `vpcSecurityGroupIds: ${id}; ${EXPECTED}`;
  }
}

/** A tenant's database is open to the tenant's own pods, and to no group that another tenant's pods carry. */
export const tenantIngressFromOwnGroups = stackPolicy({
  name: "tenant-ingress-from-own-groups",
  description:
    "In a tenant's stack, databases carry, and ingress rules name, security groups that the stack makes itself.",
  severity: "critical",
  remediationSteps:
    "Set vpcSecurityGroupIds to the database's group, and referencedSecurityGroupId to the group of the tenant's pods.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html",
  *check(resources) {
    const tenants = resources.filter(({ owner }) => owner.tenant !== undefined);
    const own = new OwnGroups(tenants);
    for (const resource of tenants) {
      for (const message of foreignGroupsOf(resource, own)) yield { message, urn: resource.urn };
    }
  },
});
