import type { DiffKind, DiffResult } from "../../plugin/provider";
import { deepEqual, isMap, type PluginMap, type PluginValue, isList } from "../../plugin/values";
import { textAt } from "./object";
import { isAutonamed } from "./naming";

/** Changing one of these makes the object anew, whatever its kind. */
const IDENTITY = ["metadata.name", "metadata.namespace"];

/** What the API server refuses to change of each kind. */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec.selector"],
  ReplicaSet: ["spec.selector"],
  DaemonSet: ["spec.selector"],
  StatefulSet: [
    "spec.selector",
    "spec.serviceName",
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.volumeClaimTemplates",
  ],
  Job: ["spec.selector", "spec.template", "spec.completions", "spec.parallelism", "spec.completionMode"],
  ResourceQuota: ["spec.scopes"],
  Pod: ["spec"],
  PersistentVolumeClaim: ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  StorageClass: ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
  RoleBinding: ["roleRef"],
  ClusterRoleBinding: ["roleRef"],
  Service: ["spec.clusterIP"],
};

/** What the official provider replaces unless its `enable…Mutable` setting is on. */
const IMMUTABLE_BY_DEFAULT: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ["data", "binaryData", "immutable"],
  Secret: ["data", "stringData", "type", "immutable"],
};

/** The provider's settings that decide what is replaced. */
export interface Mutability {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

/** Compares what a program wants with what the state says, and tells what must be replaced. */
export function diffObjects(
  kind: string,
  olds: PluginMap,
  news: PluginMap,
  mutability: Mutability,
): DiffResult {
  const changes = new Map<string, DiffKind>();
  compare("", olds, news, changes);
  const mutable =
    (kind === "ConfigMap" && mutability.configMaps) || (kind === "Secret" && mutability.secrets);
  const frozen = [
    ...IDENTITY,
    ...(IMMUTABLE[kind] ?? []),
    ...(mutable ? [] : (IMMUTABLE_BY_DEFAULT[kind] ?? [])),
  ];
  const replaces = [...changes.keys()].filter((path) =>
    frozen.some((root) => path === root || path.startsWith(`${root}.`) || path.startsWith(`${root}[`)),
  );
  const sameName = ["name", "namespace"].every(
    (part) => textAt(olds, "metadata", part) === textAt(news, "metadata", part),
  );
  return {
    changes: changes.size > 0,
    replaces,
    // Two objects cannot have the same name at once; the provider's own names change with each replacement.
    deleteBeforeReplace: sameName && !isAutonamed(news),
    detailedDiff: Object.fromEntries(
      [...changes].map(([path, kindOfChange]) => [
        path,
        { kind: replaces.includes(path) ? REPLACING[kindOfChange] : kindOfChange, inputDiff: true },
      ]),
    ),
  };
}

const REPLACING: Readonly<Record<DiffKind, DiffKind>> = {
  add: "add-replace",
  delete: "delete-replace",
  update: "update-replace",
  "add-replace": "add-replace",
  "delete-replace": "delete-replace",
  "update-replace": "update-replace",
};

function compare(
  path: string,
  left: PluginValue | undefined,
  right: PluginValue | undefined,
  changes: Map<string, DiffKind>,
): void {
  if (deepEqual(left, right)) return;
  if (isMap(left) && isMap(right)) {
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
      compare(path === "" ? step(name) : `${path}${dotted(name)}`, left[name], right[name], changes);
    }
  } else if (isList(left) && isList(right)) {
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
      compare(`${path}[${index}]`, left[index], right[index], changes);
    }
  } else {
    changes.set(path, left === undefined ? "add" : right === undefined ? "delete" : "update");
  }
}

/** A property's name as the engine's paths write it. */
function step(name: string): string {
  return /^[\w$-]+$/.test(name) ? name : `["${name}"]`;
}

function dotted(name: string): string {
  const written = step(name);
  return written.startsWith("[") ? written : `.${written}`;
}
