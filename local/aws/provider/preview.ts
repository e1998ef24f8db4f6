import { Unknown, type PluginMap } from "../../plugin/values";
import type { ResourceDefinition } from "../framework/define";
import { DEFAULTS } from "./check";
import { plain, readable, wrap } from "./convert";

/** The outputs that a create would have: inputs and defaults are known, what AWS computes is not. */
export function previewCreate(definition: ResourceDefinition, inputs: PluginMap, region: string): PluginMap {
  return foresee(definition, inputs, region, unknowns(definition.computed));
}

/** The outputs that an update would have: what AWS computed stays, except for what an update may change. */
export function previewUpdate(
  definition: ResourceDefinition,
  oldOutputs: PluginMap,
  inputs: PluginMap,
  region: string,
): PluginMap {
  const kept = Object.fromEntries(
    ["id", ...definition.computed]
      .filter((name) => name in oldOutputs)
      .map((name) => [name, oldOutputs[name]]),
  );
  return foresee(definition, inputs, region, { ...kept, ...unknowns(definition.volatile ?? []) });
}

function foresee(
  definition: ResourceDefinition,
  inputs: PluginMap,
  region: string,
  computed: PluginMap,
): PluginMap {
  const defaults = definition.defaults?.(readable(plain(inputs))) ?? {};
  return {
    ...wrap(defaults, definition.secrets ?? []),
    ...(definition.global === true ? {} : { region }),
    ...computed,
    ...inputs,
    [DEFAULTS]: undefined,
    ...(definition.taggable === true ? { tagsAll: inputs.tags ?? {} } : {}),
  };
}

function unknowns(names: readonly string[]): PluginMap {
  return Object.fromEntries(names.map((name) => [name, Unknown.instance]));
}
