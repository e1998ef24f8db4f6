import { has, list, record, type Properties } from "../properties";

/** One Kubernetes object that a resource makes or changes. */
export interface KubernetesObject {
  /** Its kind, whatever way it is made: `Deployment` for `Deployment`, `DeploymentPatch` and `DeploymentList`. */
  readonly kind: string;
  /** Whether the resource states a part of an object that is there, and not the whole. */
  readonly isPatch: boolean;
  readonly object: Properties;
}

/** `kubernetes:<group>/<version>:<Kind>`, to which the provider adds `Patch` and `List`. */
const KIND = /^kubernetes:.*:(?<kind>\w+?)(?<suffix>Patch|List)?$/;

/**
 * The objects behind a resource of the Kubernetes provider; none for what is not a resource of it. The API's group and
 * version are left out, so that an object is judged alike in all of them.
 */
export function objectsOf(type: string, props: Properties): readonly KubernetesObject[] {
  const { kind, suffix = "" } = KIND.exec(type)?.groups ?? {};
  if (kind === undefined) return [];
  if (suffix === "Patch") return [{ kind, isPatch: true, object: props }];
  if (suffix === "List" && has(props, "items")) {
    return list(props, "items").map((item) => ({ kind, isPatch: false, object: record(item, "") }));
  }
  return [{ kind: kind + suffix, isPatch: false, object: props }];
}

/** Whether the Kubernetes provider makes resources of a type. */
export function isKubernetes(type: string): boolean {
  return type.startsWith("kubernetes:");
}

/**
 * Kinds without a namespace that reach over all of a cluster's tenants, beside those whose name begins with `Cluster`.
 * Source: https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/ and the controllers of EKS.
 */
const CLUSTER_WIDE = new Set([
  "APIService",
  "CertificateSigningRequest",
  "CNINode",
  "CSIDriver",
  "CSINode",
  "CustomResourceDefinition",
  "DeviceClass",
  "DeviceTaintRule",
  "EC2NodeClass",
  "ENIConfig",
  "FlowSchema",
  "IngressClass",
  "IngressClassParams",
  "IPAddress",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Node",
  "NodeClaim",
  "NodeClass",
  "NodeOverlay",
  "NodePool",
  "PersistentVolume",
  "PodSecurityPolicy",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "SelfSubjectReview",
  "ServiceCIDR",
  "StorageClass",
  "StorageVersion",
  "StorageVersionMigration",
  "TokenReview",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
]);

/** Whether objects of a kind belong to the whole cluster. */
export function isClusterWide(kind: string): boolean {
  return kind.startsWith("Cluster") || CLUSTER_WIDE.has(kind);
}
