import * as pulumi from "@pulumi/pulumi";
import { CONFIG_KEYS, type ConfigKey, parseConfig, type PlatformConfig } from "./config";

/**
 * Reads the settings of the stack that runs.
 *
 * @throws UserError naming every key that is wrong
 */
export function readConfig(): PlatformConfig {
  const project = new pulumi.Config();
  return parseConfig({
    stack: pulumi.getStack(),
    region: new pulumi.Config("aws").get("region"),
    values: valuesOf((key) => project.get(key)),
  });
}

/** The settings by key. Structured ones travel as JSON text; what is none stays text, which its key's check refuses. */
export function valuesOf(get: (key: ConfigKey) => string | undefined): Partial<Record<ConfigKey, unknown>> {
  return Object.fromEntries(CONFIG_KEYS.map((key) => [key, structured(get(key))]));
}

function structured(text: string | undefined): unknown {
  if (text === undefined || !/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
