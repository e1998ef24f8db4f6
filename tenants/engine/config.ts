import type { ConfigValue } from "./types";

/** A configuration, told apart by who may see it. */
export interface SplitConfig {
  readonly plain: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, string>>;
}

/**
 * Gives every key its package and parts plain values from secret ones.
 *
 * @param project package of keys that name none
 */
export function splitConfig(project: string, config: Readonly<Record<string, ConfigValue>>): SplitConfig {
  const plain: Record<string, string> = {};
  const secret: Record<string, string> = {};
  for (const [key, value] of Object.entries(config)) {
    const qualified = key.includes(":") ? key : `${project}:${key}`;
    if (typeof value === "string") plain[qualified] = value;
    else secret[qualified] = value.value;
  }
  return { plain, secret };
}
