import * as pulumi from "@pulumi/pulumi";
import { CONFIG_KEYS, parseConfig, type PlatformConfig } from "./config";

/**
 * Reads the settings of the stack that runs.
 *
 * @throws UserError naming every key that is wrong
 */
export function readConfig(): PlatformConfig {
  const project = new pulumi.Config();
  const [environment, costCenter, domain, network, cluster] = CONFIG_KEYS.map((key) => read(project, key));
  return parseConfig({
    stack: pulumi.getStack(),
    region: new pulumi.Config("aws").get("region"),
    values: { environment, costCenter, domain, network, cluster },
  });
}

/** Structured settings travel as JSON text, plain ones as they are. */
function read(config: pulumi.Config, key: string): unknown {
  const text = config.get(key);
  return text !== undefined && /^[[{]/.test(text) ? JSON.parse(text) : text;
}
