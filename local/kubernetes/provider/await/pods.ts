import { isMap, type PluginMap, type PluginValue } from "../../../plugin/values";
import type { KubernetesClient } from "../client";
import { at, listAt, textAt } from "../object";

/** How many pods are asked what ails them: those of one workload mostly say the same. */
const MOST_PODS = 5;

/**
 * What the pods of a workload (a Deployment, StatefulSet, DaemonSet or Job) themselves say of why they aren't ready.
 * Best effort: nothing where it has no selector, or its pods cannot be listed.
 */
export async function podMessages(client: KubernetesClient, workload: PluginMap): Promise<string[]> {
  const labelSelector = selectorText(at(workload, "spec", "selector"));
  if (labelSelector === "") return [];
  try {
    const collection = await client.collection("v1", "Pod", textAt(workload, "metadata", "namespace"));
    const { items } = await client.request<{ items: PluginMap[] }>(collection, { query: { labelSelector } });
    return items.flatMap(podTrouble).slice(0, MOST_PODS);
  } catch {
    return [];
  }
}

/** What keeps a pod from being ready, in the official provider's form: one message or none. */
export function podTrouble(pod: PluginMap): string[] {
  if (at(pod, "metadata", "deletionTimestamp") !== undefined) return [];
  if (textAt(pod, "status", "phase") === "Succeeded") return [];
  const unmet = listAt(pod, "status", "conditions").filter(
    (condition) => textAt(condition, "status") === "False" && textAt(condition, "message") !== undefined,
  );
  const [first] = unmet;
  const containers = ["initContainerStatuses", "containerStatuses"]
    .flatMap((list) => listAt(pod, "status", list))
    .flatMap(containerTrouble);
  const said = [...(first === undefined ? [] : [textAt(first, "message") ?? ""]), ...containers];
  if (said.length === 0) return [];
  const name = `${textAt(pod, "metadata", "namespace") ?? ""}/${textAt(pod, "metadata", "name") ?? ""}`;
  return [`[Pod ${name}]: ${said.join("; ")}`];
}

/** Reasons that only say that a container hasn't had its turn yet. */
const ON_ITS_WAY = ["ContainerCreating", "PodInitializing", "Completed"];

function containerTrouble(status: PluginValue): string[] {
  if (at(status, "ready") === true) return [];
  const state = at(status, "state", "waiting") ?? at(status, "state", "terminated");
  const last = at(status, "lastState", "terminated");
  return [state, last].filter(isMap).flatMap((found) => {
    const reason = textAt(found, "reason");
    if (reason === undefined || ON_ITS_WAY.includes(reason)) return [];
    const exitCode = at(found, "exitCode");
    const ended = typeof exitCode === "number" ? `exit code ${exitCode}` : "";
    return [`[${reason}] ${textAt(status, "name") ?? ""}: ${textAt(found, "message") ?? ended}`.trim()];
  });
}

/** A label selector as a query has it. */
function selectorText(selector: PluginValue | undefined): string {
  const labels = at(selector, "matchLabels");
  const equal = Object.entries(isMap(labels) ? labels : {}).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : ""}`,
  );
  const expressions = listAt(selector, "matchExpressions").map((expression) => {
    const key = textAt(expression, "key") ?? "";
    const values = listAt(expression, "values").map(String).join(",");
    switch (textAt(expression, "operator")) {
      case "In":
        return `${key} in (${values})`;
      case "NotIn":
        return `${key} notin (${values})`;
      case "DoesNotExist":
        return `!${key}`;
      default:
        return key;
    }
  });
  return [...equal, ...expressions].join(",");
}
