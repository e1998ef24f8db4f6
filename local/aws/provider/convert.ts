import {
  Secret,
  Unknown,
  containsUnknown,
  isMap,
  type PluginMap,
  type PluginValue,
} from "../../plugin/values";
import { Properties } from "../framework/properties";
import type { PropertyMap, PropertyValue } from "../framework/values";

/** An engine's properties taken apart: the plain values, and which of them are not known or secret. */
export interface Plain {
  /** Without unknown values, secrets opened. */
  values: PropertyMap;
  /** Properties that are, or hold, something unknown. */
  unknown: ReadonlySet<string>;
  /** Properties that are, or hold, something secret. */
  secrets: readonly string[];
}

/** Takes an engine's properties apart. */
export function plain(properties: PluginMap): Plain {
  const entries = Object.entries(properties).filter(([name]) => !name.startsWith("__"));
  const values = entries.map(([name, value]) => [name, plainValue(value)] as const);
  return {
    values: Object.fromEntries(values.filter(([, value]) => value !== undefined)),
    unknown: new Set(entries.filter(([, value]) => containsUnknown(value)).map(([name]) => name)),
    secrets: entries.filter(([, value]) => containsSecret(value)).map(([name]) => name),
  };
}

/** The properties as definitions' checks and defaults read them. */
export function readable(taken: Plain): Properties {
  return new Properties(taken.values, taken.unknown);
}

/** Wraps the secret ones of a resource's properties for the engine. */
export function wrap(values: PropertyMap, secrets: readonly string[]): PluginMap {
  const wrapped: PluginMap = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    wrapped[name] = secrets.includes(name) && value !== null ? new Secret(value) : value;
  }
  return wrapped;
}

/** Whether there is a secret anywhere in a value. */
export function containsSecret(value: PluginValue | undefined): boolean {
  if (value instanceof Secret) return true;
  if (Array.isArray(value)) return value.some(containsSecret);
  return isMap(value) && Object.values(value).some(containsSecret);
}

function plainValue(value: PluginValue | undefined): PropertyValue | undefined {
  if (value === undefined || value instanceof Unknown) return undefined;
  if (value instanceof Secret) return plainValue(value.value);
  if (Array.isArray(value)) return value.map(plainValue).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(([name, part]) => [name, plainValue(part)] as const);
  return Object.fromEntries(entries.filter(([, part]) => part !== undefined));
}
