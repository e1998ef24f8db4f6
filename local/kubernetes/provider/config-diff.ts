import type { DiffResult } from "../../plugin/provider";
import { deepEqual, Unknown, type PluginMap } from "../../plugin/values";
import { parseSettings } from "./config";
import { readKubeconfig } from "./kubeconfig";

/** The settings that say which cluster it is. */
const ADDRESS = ["kubeconfig", "context"];

/**
 * Which changes of the settings mean that every object is elsewhere, as the official provider decides it: another
 * `clusterIdentifier`, and nothing else while that stays; without one, another server or authority. What is not known
 * yet counts as another. Credentials don't count.
 */
export function diffSettings(olds: PluginMap, news: PluginMap): DiffResult {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const changed = names.filter((name) => !deepEqual(olds[name], news[name]));
  const [before, after] = [olds["clusterIdentifier"], news["clusterIdentifier"]];
  const isIdentified = before !== undefined && after !== undefined;
  if (isIdentified && deepEqual(before, after)) return { changes: changed.length > 0 };
  const replaces = changed.filter((name) => {
    if (name === "clusterIdentifier") return isIdentified;
    if (name === "renderYamlToDirectory") return true;
    return ADDRESS.includes(name) && (news[name] instanceof Unknown || hasMoved(olds, news));
  });
  return { changes: changed.length > 0, replaces };
}

function hasMoved(olds: PluginMap, news: PluginMap): boolean {
  const [before, after] = [addressOf(olds), addressOf(news)];
  return before !== undefined && after !== undefined && before !== after;
}

/** The server and its authority; undefined where the kubeconfig doesn't tell. */
function addressOf(config: PluginMap): string | undefined {
  const { kubeconfig, context } = parseSettings(config);
  if (typeof kubeconfig !== "string") return undefined;
  try {
    const { server, ca } = readKubeconfig(kubeconfig, context);
    return `${server} ${ca?.toString("base64") ?? ""}`;
  } catch {
    return undefined;
  }
}
