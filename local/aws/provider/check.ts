import { createHash, randomBytes } from "node:crypto";
import type { CheckRequest, CheckResult } from "../../plugin/provider";
import {
  Secret,
  Unknown,
  containsUnknown,
  deepEqual,
  isMap,
  reveal,
  type PluginMap,
  type PluginValue,
} from "../../plugin/values";
import type { Autoname, CheckFailure, ResourceDefinition } from "../framework/define";
import { containsSecret, plain, readable } from "./convert";

/** Hex digits of a made-up name. */
const SUFFIX_LENGTH = 7;

/**
 * The input in which the official provider notes which inputs it made up. It is always there, so that former inputs
 * are never empty, and the engine doesn't show it.
 */
export const DEFAULTS = "__defaults";

/** Completes a resource's inputs as the official provider's Check does, and says what is wrong with them. */
export function check(
  definition: ResourceDefinition,
  request: Pick<CheckRequest, "name" | "olds" | "news" | "randomSeed">,
  defaultTags: Readonly<Record<string, string>>,
): CheckResult {
  const inputs: PluginMap = { ...request.news };
  for (const name of definition.json ?? []) inputs[name] = jsonText(inputs[name]);
  if (definition.taggable === true) inputs.tags = mergeTags(inputs.tags, defaultTags);
  inputs[DEFAULTS] =
    definition.autoname !== undefined && nameIt(definition.autoname, request, inputs)
      ? [definition.autoname.property]
      : [];
  for (const [name, value] of Object.entries(inputs)) if (value === undefined) delete inputs[name];
  return { inputs, failures: failuresOf(definition, inputs) };
}

/** Whether an input is one that {@link check} made up. */
export function isMadeUp(inputs: PluginMap, property: string): boolean {
  const made = inputs[DEFAULTS];
  return Array.isArray(made) && made.includes(property);
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

/** Gives a resource without a name one, its former one if that was made up as well; whether it did. */
function nameIt(
  autoname: Autoname,
  request: Pick<CheckRequest, "name" | "olds" | "randomSeed">,
  inputs: PluginMap,
): boolean {
  const { property, prefixProperty } = autoname;
  if (inputs[property] !== undefined) return false;
  const prefix = prefixProperty === undefined ? undefined : inputs[prefixProperty];
  const samePrefix = prefixProperty === undefined || deepEqual(request.olds[prefixProperty], prefix);
  const former = request.olds[property];
  if (former !== undefined && samePrefix && isMadeUp(request.olds, property)) inputs[property] = former;
  else if (prefix instanceof Unknown) inputs[property] = Unknown.instance;
  else
    inputs[property] = madeUpName(
      autoname,
      typeof prefix === "string" ? prefix : `${request.name}-`,
      request.randomSeed,
    );
  return true;
}

function madeUpName(autoname: Autoname, start: string, randomSeed: Uint8Array): string {
  const seed = randomSeed.length > 0 ? randomSeed : randomBytes(32);
  const suffix = createHash("sha256").update(seed).digest("hex").slice(0, SUFFIX_LENGTH);
  const base = autoname.transform?.(start) ?? start;
  return base.slice(0, (autoname.maxLength ?? Infinity) - SUFFIX_LENGTH) + suffix;
}
