import { tenantNames } from "../../../components/rules/tenant-names";
import { resourcePolicy } from "../define";
import { list, text, type Properties } from "../properties";
import { isClusterWide, isKubernetes, objectsOf } from "./kinds";

/** A tenant's stack stays inside its own namespace. */
export const tenantStaysInNamespace = resourcePolicy({
  name: "tenant-stays-in-namespace",
  description:
    "A tenant's stack makes no cluster-wide Kubernetes object, and none in another tenant's namespace.",
  severity: "critical",
  remediationSteps:
    "Set metadata.namespace to the tenant's namespace; leave cluster-wide objects to the cell.",
  types: isKubernetes,
  *check({ type, props, owner }) {
    if (owner.tenant === undefined) return;
    for (const { kind, object } of objectsOf(type, props)) {
      if (isClusterWide(kind)) {
        yield `${kind}: reaches over every tenant of the cluster; expected namespaced objects only`;
        continue;
      }
      const where = kind === "Namespace" ? "metadata.name" : "metadata.namespace";
      const namespace = text(object, where);
      if (namespace !== owner.tenant) yield `${where}: ${namespace ?? "not set"}; expected '${owner.tenant}'`;
    }
  },
});

/** The group of a tenant's operators; its name is the same in every cell. */
function operatorsGroupOf(tenant: string): string {
  return tenantNames(tenant, { name: "", domain: "" }).operatorsGroup;
}

/** Whether a binding's subject is the tenant's own: its operators, or a service account of its namespace. */
function isOwnSubject(subject: unknown, tenant: string): boolean {
  switch (text(subject, "kind")) {
    case "Group":
      return text(subject, "name") === operatorsGroupOf(tenant);
    case "ServiceAccount":
      return text(subject, "namespace") === tenant;
    default:
      return false;
  }
}

/** What a binding gives to others than the tenant, or takes from others than the tenant. */
function* foreignPartsOf(binding: Properties, tenant: string): Iterable<string> {
  for (const subject of list(binding, "subjects")) {
    if (isOwnSubject(subject, tenant)) continue;
    const namespace = text(subject, "namespace");
    const where = namespace === undefined ? "" : ` of namespace '${namespace}'`;
    const who = `${text(subject, "kind")} '${text(subject, "name")}'${where}`;
    yield `subjects: ${who}; expected the group '${operatorsGroupOf(tenant)}' or a service account of namespace '${tenant}'`;
  }
  const role = text(binding, "roleRef.kind") ?? "Role";
  if (role !== "Role") {
    yield `roleRef: ${role} '${text(binding, "roleRef.name")}'; expected a Role of the tenant's namespace`;
  }
}

/** A tenant's role bindings name the tenant's own people and service accounts. */
export const tenantBindsOwnSubjects = resourcePolicy({
  name: "tenant-binds-own-subjects",
  description:
    "A tenant's RoleBindings bind Roles, not ClusterRoles, to its operators' group and its own service accounts only.",
  severity: "critical",
  remediationSteps:
    "Bind the group tenantry:<tenant id>:operators or a service account of the tenant's namespace to a Role.",
  url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
  types: isKubernetes,
  *check({ type, props, owner }) {
    const { tenant } = owner;
    if (tenant === undefined) return;
    for (const { kind, object } of objectsOf(type, props)) {
      if (kind === "RoleBinding") yield* foreignPartsOf(object, tenant);
    }
  },
});

const ACCESS_ENTRY = "aws:eks/accessEntry:AccessEntry";
const ACCESS_POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";

/** EKS gives what an access entry says before Kubernetes is asked, so it is held to the same as a binding. */
export const tenantAdmitsOwnGroup = resourcePolicy({
  name: "tenant-admits-to-own-namespace",
  description:
    "A tenant's EKS access entries admit to its operators' group, and its access policies to its own namespace, only.",
  severity: "critical",
  remediationSteps:
    "Set kubernetesGroups to the group tenantry:<tenant id>:operators, or accessScope to the tenant's namespace.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html",
  types: [ACCESS_ENTRY, ACCESS_POLICY],
  *check({ type, props, owner }) {
    const { tenant } = owner;
    if (tenant === undefined) return;
    for (const group of list(props, "kubernetesGroups").filter((name) => name !== operatorsGroupOf(tenant))) {
      yield `kubernetesGroups: '${String(group)}'; expected '${operatorsGroupOf(tenant)}'`;
    }
    if (type !== ACCESS_POLICY) return;
    const namespaces = list(props, "accessScope.namespaces").map(String);
    if (text(props, "accessScope.type") !== "namespace" || namespaces.some((name) => name !== tenant)) {
      const found = [text(props, "accessScope.type") ?? "not set", ...namespaces].join(" ");
      yield `accessScope: ${found}; expected the namespace '${tenant}'`;
    }
  },
});
