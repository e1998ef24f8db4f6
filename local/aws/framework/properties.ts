import { isMap, valuesAt, type PropertyMap, type PropertyValue } from "./values";

/**
 * Reads a resource's properties by type. A property of another type than asked for counts as absent: `check` is
 * where a definition refuses wrong types. In a preview, properties not known yet are absent and {@link isUnknown}.
 */
export class Properties {
  constructor(
    readonly values: PropertyMap,
    private readonly unknown: ReadonlySet<string> = new Set(),
  ) {}

  /** Whether a property is, or contains, a value that is not known before `up`. */
  isUnknown(name: string): boolean {
    return this.unknown.has(name);
  }

  /** Whether a property is given, known or not. */
  has(name: string): boolean {
    const value = this.values[name];
    return this.unknown.has(name) || (value !== undefined && value !== null);
  }

  /** The string at a name or dotted path, if it is one. */
  string(path: string): string | undefined {
    const value = this.at(path);
    return typeof value === "string" ? value : undefined;
  }

  /** The string at a name or dotted path, or what stands for a missing one. */
  stringOr(path: string, missing: string): string {
    return this.string(path) ?? missing;
  }

  /** The number at a name or dotted path; text that is a number counts. */
  number(path: string): number | undefined {
    const value = this.at(path);
    if (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)))
      return Number(value);
    return typeof value === "number" ? value : undefined;
  }

  /** Whether the flag at a name or dotted path is set. */
  flag(path: string, missing = false): boolean {
    const value = this.at(path);
    return typeof value === "boolean" ? value : missing;
  }

  /** The strings of a list; empty if there is none. */
  strings(path: string): string[] {
    const value = this.at(path);
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  /** The maps of a list, each readable by itself; empty if there is none. A single map counts as a list of one. */
  maps(path: string): Properties[] {
    const value = this.at(path);
    const items = Array.isArray(value) ? value : [value];
    return items.filter((item) => isMap(item)).map((item) => new Properties(item));
  }

  /** The map at a name or dotted path; empty if there is none. */
  map(path: string): PropertyMap {
    const value = this.at(path);
    return isMap(value) ? value : {};
  }

  /** The value at a name or dotted path, whatever its type. */
  at(path: string): PropertyValue | undefined {
    return valuesAt(this.values, path)[0];
  }
}
