/** A resource's properties as a policy sees them: plain JSON, a part of it unknown during a preview. */
export type Properties = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The value at a dotted path, or undefined where a step of it is missing. Reading a value that is not known
 * yet throws the policy SDK's own error, which becomes an advisory during previews; ask `has` first where
 * presence is all that matters.
 */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((here, step) => {
    if (Array.isArray(here)) return (here as readonly unknown[])[Number(step)];
    return isRecord(here) ? here[step] : undefined;
  }, value);
}

/** Whether the property at a dotted path is set, even to a value that is not known yet. */
export function has(value: unknown, path: string): boolean {
  const dot = path.lastIndexOf(".");
  const owner = dot < 0 ? value : at(value, path.slice(0, dot));
  return isRecord(owner) && path.slice(dot + 1) in owner;
}

/** The string at a path; undefined where there is none. */
export function text(value: unknown, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === "string" ? found : undefined;
}

/** Stands for a value that a preview does not know yet. */
export const UNKNOWN = Symbol("not known yet");

/**
 * The value at a path, or {@link UNKNOWN}. For policies over a whole stack, which would otherwise judge nothing of a
 * preview for one value that is not known.
 */
export function atOrUnknown(value: unknown, path: string): unknown {
  try {
    return at(value, path);
  } catch {
    return UNKNOWN; // Nothing but a value that is not known throws while plain JSON is read.
  }
}

/** The number at a path, also when the provider carries it as a string; undefined where there is none. */
export function number(value: unknown, path: string): number | undefined {
  const found = at(value, path);
  if (typeof found === "number") return found;
  return typeof found === "string" && found !== "" && Number.isFinite(Number(found))
    ? Number(found)
    : undefined;
}

/** Whether the value at a path is true, also when it is carried as the string "true". */
export function isTrue(value: unknown, path: string): boolean {
  const found = at(value, path);
  return found === true || found === "true";
}

/** The list at a path; empty where there is none. */
export function list(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? (found as readonly unknown[]) : [];
}

/** The entries of the object at a path; empty where there is none. */
export function record(value: unknown, path: string): Properties {
  const found = path === "" ? value : at(value, path);
  return isRecord(found) ? found : {};
}
