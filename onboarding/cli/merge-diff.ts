/** A JSON merge patch of an object (RFC 7396). */
export type MergePatch = Readonly<Record<string, unknown>>;

/**
 * The JSON merge patch that makes one document of another: only what differs, and `null` for what is to go.
 *
 * @returns undefined where nothing differs
 */
export function mergeDiff(present: unknown, wanted: unknown): MergePatch | undefined {
  const changes = difference(fieldsOf(present), fieldsOf(wanted));
  return Object.keys(changes).length === 0 ? undefined : changes;
}

function difference(present: ReadonlyMap<string, unknown>, wanted: ReadonlyMap<string, unknown>): MergePatch {
  const changes: [string, unknown][] = [];
  for (const name of new Set([...present.keys(), ...wanted.keys()])) {
    const [from, to] = [present.get(name), wanted.get(name)];
    if (to === undefined) {
      if (from !== undefined) changes.push([name, null]);
    } else if (isObject(from) && isObject(to)) {
      const inner = mergeDiff(from, to);
      if (inner !== undefined) changes.push([name, inner]);
    } else if (JSON.stringify(from) !== JSON.stringify(to)) {
      changes.push([name, to]);
    }
  }
  return Object.fromEntries(changes);
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(isObject(value) ? Object.entries(value) : []);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
