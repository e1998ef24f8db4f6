import { resourcePolicy } from "../define";
import { at, has, list, text } from "../properties";

/** Kinds without a namespace that reach over all of a cluster's tenants. */
const CLUSTER_WIDE = [
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "MutatingWebhookConfiguration",
  "ValidatingWebhookConfiguration",
  "ValidatingAdmissionPolicy",
  "PersistentVolume",
  "PriorityClass",
  "StorageClass",
  "Node",
  "APIService",
];

/** A tenant's stack stays inside its own namespace. */
export const tenantStaysInNamespace = resourcePolicy({
  name: "tenant-stays-in-namespace",
  description:
    "A tenant's stack makes no cluster-wide Kubernetes object, and none in another tenant's namespace.",
  severity: "critical",
  remediationSteps:
    "Set metadata.namespace to the tenant's namespace; leave cluster-wide objects to the cell.",
  types: (type) => type.startsWith("kubernetes:"),
  *check({ type, props, owner }) {
    if (owner.tenant === undefined) return;
    const kind = type.slice(type.lastIndexOf(":") + 1);
    if (CLUSTER_WIDE.includes(kind)) {
      yield `${kind}: reaches over every tenant of the cluster; expected namespaced objects only`;
      return;
    }
    const where = kind === "Namespace" ? "metadata.name" : "metadata.namespace";
    const namespace = text(props, where);
    if (namespace !== owner.tenant) yield `${where}: ${namespace ?? "not set"}; expected '${owner.tenant}'`;
  },
});

/** Subjects that stand for more than one tenant's people or pods. */
const EVERYBODY = [
  "system:authenticated",
  "system:unauthenticated",
  "system:serviceaccounts",
  "system:masters",
];

/** A tenant's role bindings name the tenant's own people and service accounts. */
export const tenantBindsOwnSubjects = resourcePolicy({
  name: "tenant-binds-own-subjects",
  description:
    "A tenant's RoleBindings name its own groups and service accounts, and no built-in cluster role above view.",
  severity: "critical",
  remediationSteps:
    "Bind the group tenantry:<tenant id>:operators or a service account of the tenant's namespace to a Role.",
  url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
  types: ["kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"],
  *check({ props, owner }) {
    if (owner.tenant === undefined) return;
    for (const subject of list(props, "subjects")) {
      const name = text(subject, "name") ?? "";
      if (EVERYBODY.includes(name) || name.startsWith("system:serviceaccounts:")) {
        yield `subjects: '${name}' stands for more than tenant '${owner.tenant}'; expected its own group or service account`;
      }
      if (text(subject, "kind") === "ServiceAccount" && has(subject, "namespace")) {
        const namespace = text(subject, "namespace");
        if (namespace !== owner.tenant)
          yield `subjects: service account of namespace '${namespace}'; expected '${owner.tenant}'`;
      }
    }
    if (at(props, "roleRef.kind") === "ClusterRole") {
      yield `roleRef: ClusterRole '${text(props, "roleRef.name")}'; expected a Role of the tenant's namespace`;
    }
  },
});
