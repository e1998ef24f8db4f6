import { deepEqual, isMap, type PluginMap, type PluginValue, isList } from "../../plugin/values";
import { at } from "./object";

/** What the API server writes into every object's metadata by itself. */
const SERVER_METADATA = [
  "creationTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

/**
 * What of a live object its program owns: the shape of the program's inputs, filled from the live object. What others
 * added is left out; what others changed or removed shows.
 */
export function projectInputs(inputs: PluginMap, live: PluginMap): PluginMap {
  const projected = projectMap(inputs, live);
  const stringData = inputs["stringData"];
  if (isMap(stringData)) projected["stringData"] = projectStringData(stringData, at(live, "data"));
  return projected;
}

/** What kubectl and a Deployment's controller note down in an object for themselves. */
const FOREIGN_ANNOTATIONS = [
  "deployment.kubernetes.io/revision",
  "kubectl.kubernetes.io/last-applied-configuration",
];

/** The inputs of an object that no program has described yet: all of it but what the server and its tools write. */
export function importInputs(live: PluginMap): PluginMap {
  const { status: _status, metadata, ...rest } = live;
  const { annotations, ...kept } = without(metadata, SERVER_METADATA);
  const own = without(annotations, FOREIGN_ANNOTATIONS);
  return { ...rest, metadata: { ...kept, ...(Object.keys(own).length > 0 ? { annotations: own } : {}) } };
}

function without(map: PluginValue | undefined, names: readonly string[]): PluginMap {
  return Object.fromEntries(Object.entries(isMap(map) ? map : {}).filter(([name]) => !names.includes(name)));
}

function projectMap(inputs: PluginMap, live: PluginMap): PluginMap {
  const projected: PluginMap = {};
  for (const [name, wanted] of Object.entries(inputs)) {
    const found = live[name];
    if (wanted === undefined) continue;
    // The server drops what is empty: no value and an empty one are the same to it.
    if (found === undefined) {
      if (isEmpty(wanted)) projected[name] = wanted;
    } else projected[name] = project(wanted, found);
  }
  return projected;
}

function project(wanted: PluginValue, found: PluginValue): PluginValue {
  if (isMap(wanted) && isMap(found)) return projectMap(wanted, found);
  if (isList(wanted) && isList(found) && wanted.length === found.length) {
    return wanted.map((part, index) => project(part, found[index] ?? null));
  }
  return deepEqual(wanted, found) || sameQuantity(wanted, found) ? wanted : found;
}

function isEmpty(value: PluginValue): boolean {
  if (isList(value)) return value.length === 0;
  if (isMap(value)) return Object.values(value).every((part) => part === undefined || isEmpty(part));
  return value === null || value === "" || value === false || value === 0;
}

function projectStringData(wanted: PluginMap, data: PluginValue | undefined): PluginMap {
  const projected: PluginMap = {};
  for (const name of Object.keys(wanted)) {
    const found = at(data, name);
    if (typeof found === "string") projected[name] = Buffer.from(found, "base64").toString("utf8");
  }
  return projected;
}

const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function quantity(value: PluginValue): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(n|u|m|k|Ki|Mi?|Gi?|Ti?)?$/.exec(
    String(typeof value === "object" ? "" : value),
  );
  return match ? Number(match[1]) * (SUFFIXES[match[2] ?? ""] ?? 1) : undefined;
}

/** The server writes quantities its own way: `1000m` comes back as `1`. */
function sameQuantity(left: PluginValue, right: PluginValue): boolean {
  const amount = quantity(left);
  return amount !== undefined && amount === quantity(right);
}
