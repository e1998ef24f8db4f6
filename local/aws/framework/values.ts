/** A value as the account state keeps it: JSON, without the engine's unknown and secret wrappers. */
export type PropertyValue = null | boolean | number | string | PropertyValue[] | PropertyMap;

/** A resource's properties by name; a property that is `undefined` counts as absent. */
export interface PropertyMap {
  [name: string]: PropertyValue | undefined;
}

/** Whether a value is a map of properties, not a list and not a scalar. */
export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy without the properties that are `undefined`. */
export function compact(values: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** The given properties of a map, those that it has. */
export function pick(values: PropertyMap, names: readonly string[]): PropertyMap {
  return compact(Object.fromEntries(names.map((name) => [name, values[name]])));
}

/** Whether two values are the same, whatever the order of a map's properties. */
export function same(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  return canonical(left) === canonical(right);
}

/** A value's JSON text with every map's properties in order of their names. */
export function canonical(value: PropertyValue | undefined): string {
  return JSON.stringify(value ?? null, (_name, part: PropertyValue) =>
    isMap(part)
      ? Object.fromEntries(Object.entries(compact(part)).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  );
}

/**
 * Every value at a path. `a.b` goes into maps (and into the only element of a list, as the official provider's
 * one-block lists are often written), `a[*]` visits a list's elements.
 */
export function valuesAt(values: PropertyMap, path: string): PropertyValue[] {
  let found: PropertyValue[] = [values];
  for (const step of path.split(".")) {
    const each = step.endsWith("[*]");
    const name = each ? step.slice(0, -3) : step;
    found = found.flatMap((value) => {
      const next = isMap(value) ? value[name] : undefined;
      if (next === undefined || next === null) return [];
      return each && Array.isArray(next) ? next : [next];
    });
  }
  return found.filter((value) => value !== null && value !== undefined);
}

/**
 * The values at the given dotted paths, in maps of their own; paths that lead nowhere are left out. Unlike
 * {@link valuesAt} it does not look into lists.
 */
export function pickPaths(values: PropertyMap, paths: readonly string[]): PropertyMap {
  const picked: PropertyMap = {};
  for (const path of paths) {
    const [name = "", ...rest] = path.split(".");
    const value = values[name];
    if (rest.length === 0) {
      if (value !== undefined) picked[name] = value;
    } else if (isMap(value)) {
      picked[name] = overlay(pickPaths(value, [rest.join(".")]), mapOf(picked[name]));
    }
  }
  return picked;
}

/** Two maps in one: the upper one's values win, except that maps are laid over maps. */
export function overlay(lower: PropertyMap, upper: PropertyMap): PropertyMap {
  const laid: PropertyMap = { ...lower };
  for (const [name, value] of Object.entries(compact(upper))) {
    const below = lower[name];
    laid[name] = isMap(below) && isMap(value) ? overlay(below, value) : value;
  }
  return laid;
}

function mapOf(value: PropertyValue | undefined): PropertyMap {
  return isMap(value) ? value : {};
}

/** Reads JSON text. @throws {SyntaxError} If it is none. */
export function parseJson(text: string): PropertyValue {
  const parsed: unknown = JSON.parse(text);
  return asValue(parsed);
}

/** What JSON text may be of a string, number or flag; empty for anything else. */
export function asText(value: PropertyValue | undefined): string {
  return typeof value === "object" || value === undefined ? "" : String(value);
}

function asValue(value: unknown): PropertyValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(asValue);
  if (typeof value !== "object" || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asValue(part)]));
}
