import { Unknown, isMap, type PluginMap, type PluginValue } from "../../plugin/values";
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
  const kept = laidOut(["id", ...definition.computed], (path) => at(oldOutputs, path));
  return foresee(definition, inputs, region, over(kept, unknowns(definition.volatile ?? [])));
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
    ...over(computed, inputs),
    [DEFAULTS]: undefined,
    ...(definition.taggable === true ? { tagsAll: inputs.tags ?? {} } : {}),
  };
}

function unknowns(paths: readonly string[]): PluginMap {
  return laidOut(paths, () => Unknown.instance);
}

/** Maps of maps with a value at each dotted path, except where there is none. */
function laidOut(
  paths: readonly string[],
  valueOf: (path: readonly string[]) => PluginValue | undefined,
): PluginMap {
  let laid: PluginMap = {};
  for (const path of paths) {
    const steps = path.split(".");
    const value = valueOf(steps);
    if (value === undefined) continue;
    const nested = steps.reduceRight<PluginValue>((inner, step) => ({ [step]: inner }), value);
    if (isMap(nested)) laid = over(laid, nested);
  }
  return laid;
}

function at(values: PluginMap, steps: readonly string[]): PluginValue | undefined {
  return steps.reduce<PluginValue | undefined>(
    (value, step) => (isMap(value) ? value[step] : undefined),
    values,
  );
}

/** The upper map's values win, except that maps are laid over maps. */
function over(lower: PluginMap, upper: PluginMap): PluginMap {
  const laid: PluginMap = { ...lower };
  for (const [name, value] of Object.entries(upper)) {
    const below = lower[name];
    laid[name] = isMap(below) && isMap(value) ? over(below, value) : value;
  }
  return laid;
}
