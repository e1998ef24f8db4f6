import type { DiffKind, DiffRequest, DiffResult } from "../../plugin/provider";
import {
  Secret,
  Unknown,
  containsUnknown,
  isMap,
  reveal,
  type PluginMap,
  type PluginValue,
} from "../../plugin/values";
import type { ResourceDefinition } from "../framework/define";
import { canonical, parseJson } from "../framework/values";
import { isMadeUp } from "./check";
import { plain, readable } from "./convert";

interface Change {
  /** Property path such as `ingress[0].cidrBlocks`. */
  path: string;
  kind: "add" | "delete" | "update";
}

/** Says what a change of inputs means for a resource: nothing, an update, a replacement. */
export function diff(
  definition: ResourceDefinition,
  request: Pick<DiffRequest, "oldInputs" | "oldOutputs" | "newInputs" | "ignoreChanges">,
): DiffResult {
  const changes = effective(definition, request).flatMap(([name, before, after]) =>
    compare(name, normal(definition, name, before), normal(definition, name, after)),
  );
  const seen = changes.filter(({ path }) => !request.ignoreChanges.some((ignored) => covers(ignored, path)));
  const forcing = ["region", ...(definition.replaces ?? [])];
  const replacing = seen.filter(({ path }) =>
    forcing.some((forced) => covers(forced, path) || covers(bare(path), forced)),
  );
  return {
    changes: seen.length > 0,
    replaces: replacing.map(({ path }) => path),
    deleteBeforeReplace: replacing.length > 0 && deletesFirst(definition, request),
    detailedDiff: Object.fromEntries(
      seen.map((change) => [
        change.path,
        { kind: kindOf(change, replacing.includes(change)), inputDiff: true },
      ]),
    ),
  };
}

/** Each property with its value before and after, defaults and AWS's own choices standing in for what is not given. */
function effective(
  definition: ResourceDefinition,
  request: Pick<DiffRequest, "oldInputs" | "oldOutputs" | "newInputs">,
): [string, PluginValue | undefined, PluginValue | undefined][] {
  const { oldInputs, oldOutputs, newInputs } = request;
  const defaults: PluginMap = definition.defaults?.(readable(plain(newInputs))) ?? {};
  const names = new Set([...Object.keys(oldInputs), ...Object.keys(newInputs), ...Object.keys(defaults)]);
  return [...names]
    .filter((name) => !name.startsWith("__"))
    .map((name) => {
      const before = oldInputs[name] ?? oldOutputs[name];
      const kept =
        definition.computed.includes(name) || !(name in oldInputs || name in newInputs || name in oldOutputs);
      const after = newInputs[name] ?? (kept || name === "region" ? before : defaults[name]);
      return [name, before, after];
    });
}

function compare(path: string, before: PluginValue | undefined, after: PluginValue | undefined): Change[] {
  if (before instanceof Secret) return compare(path, before.value, after);
  if (after instanceof Secret) return compare(path, before, after.value);
  if (isAbsent(before) && isAbsent(after)) return [];
  if (after instanceof Unknown) return [{ path, kind: isAbsent(before) ? "add" : "update" }];
  if (isMap(before) && isMap(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => compare(step(path, name), before[name], after[name]));
  }
  if (isList(before) && isList(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) =>
      compare(`${path}[${index}]`, before[index], after[index]),
    ).flat();
  }
  if (isAbsent(before)) return [{ path, kind: "add" }];
  if (isAbsent(after)) return [{ path, kind: "delete" }];
  // Configuration languages send some numbers and flags as text.
  return isScalar(before) && isScalar(after) && String(before) === String(after)
    ? []
    : [{ path, kind: "update" }];
}

/** What the official provider doesn't tell apart: the order of sets, the layout of JSON, nothing and an empty value. */
function normal(
  definition: ResourceDefinition,
  name: string,
  value: PluginValue | undefined,
): PluginValue | undefined {
  if (value === undefined || containsUnknown(value)) return value;
  const opened = reveal(value);
  if (definition.sets?.includes(name) === true && isList(opened)) {
    const keyed = opened.map((item) => [canonical(plain({ item }).values), item] as const);
    return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  }
  if (definition.json?.includes(name) === true && typeof opened === "string") return canonicalJson(opened);
  return opened;
}

function canonicalJson(text: string): string {
  try {
    return canonical(parseJson(text));
  } catch {
    return text;
  }
}

function isList(value: PluginValue | undefined): value is PluginValue[] {
  return Array.isArray(value);
}

function isScalar(value: PluginValue | undefined): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isAbsent(value: PluginValue | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    (isList(value) && value.length === 0) ||
    (isMap(value) && Object.keys(value).length === 0)
  );
}

function kindOf({ kind }: Change, replaces: boolean): DiffKind {
  return replaces ? `${kind}-replace` : kind;
}

/** A name that the program chose stays taken until the old resource is gone. */
function deletesFirst(
  definition: ResourceDefinition,
  request: Pick<DiffRequest, "oldInputs" | "newInputs">,
): boolean {
  if (definition.deleteBeforeReplace === true) return true;
  const { autoname } = definition;
  if (autoname === undefined) return false;
  const chosen = request.newInputs[autoname.property];
  return (
    typeof chosen === "string" &&
    chosen === request.oldInputs[autoname.property] &&
    !isMadeUp(request.newInputs, autoname.property) &&
    (autoname.prefixProperty === undefined || request.newInputs[autoname.prefixProperty] === undefined)
  );
}

/** Whether a path is another one or lies in it; list positions don't count. */
function covers(outer: string, inner: string): boolean {
  const [whole, part] = [bare(outer), bare(inner)];
  return part === whole || part.startsWith(`${whole}.`);
}

function bare(path: string): string {
  return path.replace(/\[\d+\]|\[\*\]/g, "").replace(/\["([^"]*)"\]/g, ".$1");
}

function step(path: string, name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${path}.${name}` : `${path}["${name}"]`;
}
