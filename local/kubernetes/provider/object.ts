import { isMap, type PluginMap, type PluginValue, isList } from "../../plugin/values";

/** Kinds without a namespace; all others have one. Source: the API resources of Kubernetes 1.36. */
const CLUSTER_SCOPED = new Set([
  "APIService",
  "CSIDriver",
  "CSINode",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "FlowSchema",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
]);

/** Whether objects of a kind stand in a namespace. */
export function isNamespaced(kind: string): boolean {
  return !CLUSTER_SCOPED.has(kind);
}

/** The value at a path of an object's properties. */
export function at(value: PluginValue | undefined, ...path: string[]): PluginValue | undefined {
  return path.reduce<PluginValue | undefined>((here, step) => (isMap(here) ? here[step] : undefined), value);
}

/** The text at a path; undefined where there is none, or where it is not known yet. */
export function textAt(value: PluginValue | undefined, ...path: string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The number at a path; 0 where there is none. */
export function numberAt(value: PluginValue | undefined, ...path: string[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : 0;
}

/** The list at a path; empty where there is none. */
export function listAt(value: PluginValue | undefined, ...path: string[]): PluginValue[] {
  const found = at(value, ...path);
  return isList(found) ? found : [];
}

/** A copy of properties with one value set at a path. */
export function withValue(properties: PluginMap, path: readonly string[], value: PluginValue): PluginMap {
  const [first, ...rest] = path;
  if (first === undefined) return properties;
  const inner = properties[first];
  return {
    ...properties,
    [first]: rest.length === 0 ? value : withValue(isMap(inner) ? inner : {}, rest, value),
  };
}

/** An annotation of an object's inputs. */
export function annotation(inputs: PluginMap, name: string): string | undefined {
  return textAt(inputs, "metadata", "annotations", name);
}
