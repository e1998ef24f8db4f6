import { createHash } from "node:crypto";
import type { PluginMap } from "../../plugin/values";
import { annotation, at, isNamespaced, textAt, withValue } from "./object";

/** Says that the provider chose the name, so that a replacement may have another. */
const AUTONAMED = "pulumi.com/autonamed";

/** Gives an object the name and the namespace that its program left out, as the official provider does. */
export function withNames(
  kind: string,
  name: string,
  seed: Uint8Array,
  olds: PluginMap,
  news: PluginMap,
  defaultNamespace: string,
): PluginMap {
  let inputs = news;
  if (at(inputs, "metadata", "name") === undefined && at(inputs, "metadata", "generateName") === undefined) {
    const former = annotation(olds, AUTONAMED) === "true" ? textAt(olds, "metadata", "name") : undefined;
    const suffix = createHash("sha256").update(seed).update(name).digest("hex").slice(0, 8);
    inputs = withValue(inputs, ["metadata", "name"], former ?? `${name}-${suffix}`);
    inputs = withValue(inputs, ["metadata", "annotations", AUTONAMED], "true");
  }
  if (isNamespaced(kind) && at(inputs, "metadata", "namespace") === undefined) {
    inputs = withValue(inputs, ["metadata", "namespace"], defaultNamespace);
  }
  return inputs;
}

/** Whether the provider chose an object's name. */
export function isAutonamed(inputs: PluginMap): boolean {
  return annotation(inputs, AUTONAMED) === "true";
}

/** The id of an object: `namespace/name`, or its name where its kind has no namespace. */
export function idOf(kind: string, inputs: PluginMap): string {
  const name = textAt(inputs, "metadata", "name") ?? "";
  return isNamespaced(kind) ? `${textAt(inputs, "metadata", "namespace") ?? "default"}/${name}` : name;
}

/** The name and the namespace in an id. */
export function parseId(id: string): { name: string; namespace: string | undefined } {
  const slash = id.indexOf("/");
  return slash < 0
    ? { name: id, namespace: undefined }
    : { name: id.slice(slash + 1), namespace: id.slice(0, slash) };
}

/**
 * The name under which a resource's fields are owned on the server. It follows from the URN, so that a run that takes
 * up a killed one's work owns the fields already.
 */
export function fieldManagerOf(urn: string): string {
  return `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
}
