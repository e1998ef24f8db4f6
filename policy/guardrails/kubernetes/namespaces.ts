import { resourcePolicy, stackPolicy, type Subject } from "../define";
import { has, list, record, text } from "../properties";

const NAMESPACE = "kubernetes:core/v1:Namespace";
const ENFORCE = "pod-security.kubernetes.io/enforce";

/** A tenant's namespace admits restricted pods only. */
export const namespaceRestricted = resourcePolicy({
  name: "namespace-restricted",
  description: "A tenant's namespaces enforce the restricted Pod Security Standard.",
  severity: "critical",
  remediationSteps: `Label the namespace ${ENFORCE}=restricted.`,
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  types: [NAMESPACE],
  *check({ props, owner }) {
    if (owner.tenant === undefined) return;
    const enforced = record(props, "metadata.labels")[ENFORCE];
    if (enforced !== "restricted") {
      yield `metadata.labels['${ENFORCE}']: ${typeof enforced === "string" ? enforced : "not set"}; expected 'restricted'`;
    }
  },
});

/** What every namespace of a tenant has beside its workloads. */
const COMPANIONS = [
  { type: "kubernetes:core/v1:ResourceQuota", what: "a ResourceQuota, or it can starve its neighbours" },
  {
    type: "kubernetes:core/v1:LimitRange",
    what: "a LimitRange, or pods without limits can starve their node",
  },
];

function namespaceOf(resource: Subject): string | undefined {
  return text(resource.props, "metadata.namespace");
}

function deniesAll(policy: Subject, direction: "Ingress" | "Egress"): boolean {
  const selector = record(policy.props, "spec.podSelector");
  const selectsAll = Object.values(selector).every((part) => Object.keys(record(part, "")).length === 0);
  const rules = list(policy.props, `spec.${direction.toLowerCase()}`);
  return selectsAll && rules.length === 0 && list(policy.props, "spec.policyTypes").includes(direction);
}

/** Every namespace of a tenant starts closed and bounded. */
export const namespaceFenced = stackPolicy({
  name: "namespace-fenced",
  description: "Every tenant namespace has a quota, a limit range, and denies traffic both ways by default.",
  severity: "critical",
  remediationSteps: "Make the namespace by TenantSilo, which brings all of them.",
  url: "https://kubernetes.io/docs/concepts/security/multi-tenancy/",
  *check(resources) {
    const namespaces = resources.filter(
      ({ type, owner }) => type === NAMESPACE && owner.tenant !== undefined,
    );
    for (const { props, urn } of namespaces) {
      const name = text(props, "metadata.name");
      const inside = resources.filter(
        (resource) => has(resource.props, "metadata") && namespaceOf(resource) === name,
      );
      for (const { type, what } of COMPANIONS) {
        if (!inside.some((resource) => resource.type === type)) {
          yield { message: `namespace '${name}': expected ${what}`, urn };
        }
      }
      const policies = inside.filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy");
      for (const direction of ["Ingress", "Egress"] as const) {
        if (!policies.some((policy) => deniesAll(policy, direction))) {
          yield {
            message: `namespace '${name}': expected a NetworkPolicy that denies all ${direction} by default`,
            urn,
          };
        }
      }
    }
  },
});
