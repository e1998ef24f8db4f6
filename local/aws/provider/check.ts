import { createHash, randomBytes } from "node:crypto";
import type { CheckRequest, CheckResult } from "../../plugin/provider";
import {
  Secret,
  Unknown,
  containsUnknown,
  isMap,
  reveal,
  type PluginMap,
  type PluginValue,
} from "../../plugin/values";
import type { Autoname, CheckFailure, ResourceDefinition } from "../framework/define";
import { containsSecret, plain, readable } from "./convert";

/** Hex digits of a made-up name. */
const SUFFIX_LENGTH = 7;

/** Completes a resource's inputs as the official provider's Check does, and says what is wrong with them. */
export function check(
  definition: ResourceDefinition,
  request: Pick<CheckRequest, "name" | "olds" | "news" | "randomSeed">,
  defaultTags: Readonly<Record<string, string>>,
): CheckResult {
  const inputs: PluginMap = { ...request.news };
  for (const name of definition.json ?? []) inputs[name] = jsonText(inputs[name]);
  if (definition.taggable === true) inputs.tags = mergeTags(inputs.tags, defaultTags);
  if (definition.autoname !== undefined) nameIt(definition.autoname, request, inputs);
  for (const [name, value] of Object.entries(inputs)) if (value === undefined) delete inputs[name];
  return { inputs, failures: failuresOf(definition, inputs) };
}

/** Whether a name is one that {@link check} made up. */
export function isMadeUp(autoname: Autoname, resource: string, name: unknown): boolean {
  if (typeof name !== "string") return false;
  const base = transformed(autoname, `${resource}-`);
  return (
    new RegExp(`^[0-9a-f]{${SUFFIX_LENGTH}}$`).test(name.slice(-SUFFIX_LENGTH)) &&
    base.startsWith(name.slice(0, -SUFFIX_LENGTH).replace(/-$/, ""))
  );
}

function failuresOf(definition: ResourceDefinition, inputs: PluginMap): CheckFailure[] {
  const read = readable(plain(inputs));
  const missing = (definition.required ?? [])
    .filter((name) => !read.has(name))
    .map((name) => ({
      property: name,
      reason: `Missing required argument. The argument "${name}" is required`,
    }));
  return missing.length > 0 ? missing : (definition.check?.(read) ?? []);
}

function mergeTags(
  given: PluginValue | undefined,
  defaults: Readonly<Record<string, string>>,
): PluginValue | undefined {
  if (given instanceof Unknown || Object.keys(defaults).length === 0) return given;
  if (given instanceof Secret) return new Secret(mergeTags(given.value, defaults) ?? null);
  return { ...defaults, ...(isMap(given) ? given : {}) };
}

function jsonText(value: PluginValue | undefined): PluginValue | undefined {
  if (value === undefined || value === null || typeof value === "string" || value instanceof Unknown)
    return value;
  if (containsUnknown(value)) return Unknown.instance;
  if (value instanceof Secret && typeof value.value === "string") return value;
  const text = JSON.stringify(reveal(value));
  return containsSecret(value) ? new Secret(text) : text;
}

function nameIt(
  autoname: Autoname,
  request: Pick<CheckRequest, "name" | "olds" | "randomSeed">,
  inputs: PluginMap,
): void {
  const { property, prefixProperty } = autoname;
  if (inputs[property] !== undefined) return;
  const former = request.olds[property];
  const prefix = prefixProperty === undefined ? undefined : inputs[prefixProperty];
  if (prefix instanceof Unknown) {
    inputs[property] = Unknown.instance;
    return;
  }
  const samePrefix = prefixProperty === undefined || request.olds[prefixProperty] === prefix;
  if (typeof former === "string" && samePrefix) {
    inputs[property] = former;
    return;
  }
  const seed = request.randomSeed.length > 0 ? request.randomSeed : randomBytes(32);
  const suffix = createHash("sha256").update(seed).digest("hex").slice(0, SUFFIX_LENGTH);
  const base = transformed(autoname, typeof prefix === "string" ? prefix : `${request.name}-`);
  inputs[property] = base.slice(0, (autoname.maxLength ?? Infinity) - SUFFIX_LENGTH) + suffix;
}

function transformed(autoname: Autoname, name: string): string {
  return autoname.transform?.(name) ?? name;
}
