/** A value that the engine doesn't know yet: a preview's stand-in for what only an update will tell. */
export class Unknown {
  /** The one instance that is needed. */
  static readonly instance = new Unknown();
}

/** A value that the engine keeps encrypted in the state and hides in what it prints. */
export class Secret {
  constructor(readonly value: PluginValue) {}
}

/** A property's value as it travels between the engine and a provider. */
export type PluginValue = null | boolean | number | string | Unknown | Secret | PluginValue[] | PluginMap;

/** Properties by name; a property that is undefined counts as absent. */
export interface PluginMap {
  [name: string]: PluginValue | undefined;
}

/** Whether a value is a map of properties. */
export function isMap(value: PluginValue | undefined): value is PluginMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Secret)
  );
}

/** Whether a value is a list. */
export function isList(value: PluginValue | undefined): value is PluginValue[] {
  return Array.isArray(value);
}

/** Whether there is an unknown anywhere in a value. */
export function containsUnknown(value: PluginValue | undefined): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Secret) return containsUnknown(value.value);
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isMap(value) && Object.values(value).some(containsUnknown);
}

/** The value without any secret wrapper in it. */
export function reveal(value: PluginValue): PluginValue {
  if (value instanceof Secret) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => (part === undefined ? [] : [[name, reveal(part)]])),
  );
}

/** Properties without any secret wrapper in them. */
export function revealMap(properties: PluginMap): PluginMap {
  const revealed = reveal(properties);
  return isMap(revealed) ? revealed : {};
}

/** Whether two values are the same, whatever the order of properties; an unknown is the same as nothing. */
export function deepEqual(left: PluginValue | undefined, right: PluginValue | undefined): boolean {
  if (left instanceof Secret) return deepEqual(left.value, right);
  if (right instanceof Secret) return deepEqual(left, right.value);
  if (left instanceof Unknown || right instanceof Unknown) return false;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((value, index) => deepEqual(value, right[index]));
  }
  if (isMap(left) && isMap(right)) {
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].every((name) => deepEqual(left[name], right[name]));
  }
  return left === right;
}
