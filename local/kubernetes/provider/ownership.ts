import { isMap, type PluginMap, type PluginValue } from "../../plugin/values";
import { at, textAt } from "./object";

/**
 * Whose fields the official provider takes for the program's at an update: those that kubectl wrote, and its own from
 * before server-side apply. Prefixes of field managers' names, with what they did.
 */
const TAKEN: readonly (readonly [prefix: string, operations: readonly string[]])[] = [
  ["kubectl", ["Apply", "Update"]],
  ["before-first-apply", ["Update"]],
  ["pulumi-kubernetes", ["Update"]],
  ["pulumi-resource-kubernetes", ["Update"]],
];

/**
 * The managed fields of an object after one manager has taken over what kubectl wrote; undefined where there is nothing
 * to take. What another manager has written stays its own.
 */
export function takenOver(entries: readonly PluginValue[], manager: string): PluginValue[] | undefined {
  const taken = entries.filter(isTaken);
  if (taken.length === 0) return undefined;
  const own = entries.filter(
    (entry) => textAt(entry, "manager") === manager && textAt(entry, "operation") === "Apply",
  );
  const fieldsV1 = [...own, ...taken].map((entry) => at(entry, "fieldsV1")).reduce(union, {});
  const [first] = [...own, ...taken];
  const merged = { ...(isMap(first) ? first : {}), manager, operation: "Apply", fieldsV1 };
  return [...entries.filter((entry) => !own.includes(entry) && !taken.includes(entry)), merged];
}

function isTaken(entry: PluginValue): boolean {
  const name = textAt(entry, "manager") ?? "";
  const operation = textAt(entry, "operation") ?? "";
  if ((textAt(entry, "subresource") ?? "") !== "") return false;
  return TAKEN.some(([prefix, operations]) => name.startsWith(prefix) && operations.includes(operation));
}

/** Sets of fields are nested maps, with an empty map for a field itself. */
function union(left: PluginValue | undefined, right: PluginValue | undefined): PluginMap {
  const [a, b] = [left, right].map((set) => (isMap(set) ? set : {})) as [PluginMap, PluginMap];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(names.map((name) => [name, union(a[name], b[name])]));
}
