import { resourcePolicy, stackPolicy, type Subject } from "../define";
import { has, list, record, text, type Properties } from "../properties";
import { isKubernetes, objectsOf } from "./kinds";
import { runsPods } from "./pods";

const ENFORCE = "pod-security.kubernetes.io/enforce";

/** A tenant's namespace admits restricted pods only. */
export const namespaceRestricted = resourcePolicy({
  name: "namespace-restricted",
  description: "A tenant's namespaces enforce the restricted Pod Security Standard.",
  severity: "critical",
  remediationSteps: `Label the namespace ${ENFORCE}=restricted.`,
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  types: isKubernetes,
  *check({ type, props, owner }) {
    if (owner.tenant === undefined) return;
    for (const { kind, isPatch, object } of objectsOf(type, props)) {
      if (kind !== "Namespace") continue;
      const enforced = record(object, "metadata.labels")[ENFORCE];
      if (enforced === "restricted" || (isPatch && enforced === undefined)) continue;
      yield `metadata.labels['${ENFORCE}']: ${typeof enforced === "string" ? enforced : "not set"}; expected 'restricted'`;
    }
  },
});

/** What every namespace of a tenant has beside its workloads. */
const COMPANIONS: readonly { readonly what: string; readonly is: (resource: Placed) => boolean }[] = [
  {
    what: "a Namespace in the same stack, or nobody says what it enforces",
    is: ({ kind }) => kind === "Namespace",
  },
  {
    what: "a ResourceQuota, or it can starve its neighbours",
    is: ({ kind }) => kind === "ResourceQuota",
  },
  {
    what: "a LimitRange, or pods without limits can starve their node",
    is: ({ kind }) => kind === "LimitRange",
  },
  {
    what: "a SecurityGroupPolicy, or its pods carry the nodes' security group alone",
    is: ({ kind, object }) =>
      kind === "SecurityGroupPolicy" && list(object, "spec.securityGroups.groupIds").length > 0,
  },
  ...(["Ingress", "Egress"] as const).map((direction) => ({
    what: `a NetworkPolicy that denies all ${direction} by default`,
    is: ({ kind, object }: Placed) => kind === "NetworkPolicy" && deniesAll(object, direction),
  })),
];

/** A whole object, and the namespace that it is or stands in. */
interface Placed {
  readonly kind: string;
  readonly object: Properties;
  readonly namespace: string | undefined;
  readonly urn: string;
}

function placedObjectsOf({ type, props, urn }: Subject): readonly Placed[] {
  return objectsOf(type, props)
    .filter(({ isPatch, object }) => !isPatch && has(object, "metadata"))
    .map(({ kind, object }) => {
      const namespace = text(object, kind === "Namespace" ? "metadata.name" : "metadata.namespace");
      return { kind, object, namespace, urn };
    });
}

function deniesAll(policy: Properties, direction: "Ingress" | "Egress"): boolean {
  const selector = record(policy, "spec.podSelector");
  const selectsAll =
    list(selector, "matchExpressions").length === 0 &&
    Object.keys(record(selector, "matchLabels")).length === 0;
  const rules = list(policy, `spec.${direction.toLowerCase()}`);
  return selectsAll && rules.length === 0 && list(policy, "spec.policyTypes").includes(direction);
}

/** Every namespace of a tenant starts closed and bounded. */
export const namespaceFenced = stackPolicy({
  name: "namespace-fenced",
  description:
    "Every namespace a tenant's pods run in has a quota, a limit range and a security group for pods, and denies traffic both ways by default.",
  severity: "critical",
  remediationSteps: "Make the namespace by TenantSilo, which brings all of them.",
  url: "https://kubernetes.io/docs/concepts/security/multi-tenancy/",
  *check(resources) {
    const objects = resources.filter(({ owner }) => owner.tenant !== undefined).flatMap(placedObjectsOf);
    // What is wrong is told of the namespace where there is one, else of what runs in it.
    const homes = new Map(
      [
        ...objects.filter(({ kind }) => runsPods(kind)),
        ...objects.filter(({ kind }) => kind === "Namespace"),
      ].map(({ namespace, urn }) => [namespace, urn]),
    );
    for (const [namespace, urn] of homes) {
      const inside = objects.filter((object) => object.namespace === namespace);
      for (const { what } of COMPANIONS.filter((companion) => !inside.some(companion.is))) {
        yield { message: `namespace '${namespace}': expected ${what}`, urn };
      }
    }
  },
});
