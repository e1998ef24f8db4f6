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

/** A group's name is the same in every cell. */
const ANY_CELL = { name: "", domain: "" };

/** Whether a binding's subject is the tenant's own: its operators, or a service account of its namespace. */
function isOwnSubject(subject: unknown, tenant: string): boolean {
  switch (text(subject, "kind")) {
    case "Group":
      return text(subject, "name") === tenantNames(tenant, ANY_CELL).operatorsGroup;
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
    const { operatorsGroup } = tenantNames(tenant, ANY_CELL);
    const namespace = text(subject, "namespace");
    const where = namespace === undefined ? "" : ` of namespace '${namespace}'`;
    const who = `${text(subject, "kind")} '${text(subject, "name")}'${where}`;
    yield `subjects: ${who}; expected the group '${operatorsGroup}' or a service account of namespace '${tenant}'`;
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
