import * as pulumi from "@pulumi/pulumi";

/** An argument that the local cloud's stand-in of a component does not handle, or a value that it can't. */
export class UnsupportedArgumentError extends Error {
  override readonly name = "UnsupportedArgumentError";
}

/** Which arguments a component handles. */
export interface Supported {
  /** Type token, such as `awsx:ec2:Vpc`: errors begin with it. */
  type: string;
  names: readonly string[];
}

/** A component's arguments as the engine hands them over. */
export class Arguments {
  private readonly values: Readonly<Record<string, unknown>>;

  /**
   * @param path where these arguments lie in the component's, such as `natGateways`; empty for its own
   * @throws {UnsupportedArgumentError} If one is given that is not supported; names it.
   */
  constructor(
    private readonly supported: Supported,
    values: unknown,
    private readonly path = "",
  ) {
    this.values = isRecord(values) ? values : {};
    for (const name of Object.keys(this.values)) {
      if (this.has(name) && !supported.names.includes(name)) {
        throw new UnsupportedArgumentError(
          `${supported.type}: argument '${this.at(name)}' is not supported by the local cloud`,
        );
      }
    }
  }

  /** Whether an argument is given. */
  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }

  /** Wiring, known or not: handed on as it came, in the type that the program's SDK gave it. */
  input<T>(name: string): pulumi.Input<T> | undefined {
    const value = this.values[name];
    return isInput<T>(value) ? value : undefined;
  }

  /** All of the given names that are there, to be handed on as they came. */
  inputs(names: readonly string[]): Record<string, pulumi.Input<unknown>> {
    return Object.fromEntries(
      names.filter((name) => this.has(name)).map((name) => [name, this.values[name]]),
    );
  }

  /** A plain text, if one is given. @throws {UnsupportedArgumentError} If it is something else. */
  text(name: string): string | undefined {
    return this.plain(name, "a text", (value) => (typeof value === "string" ? value : undefined));
  }

  /** A plain text out of a few, in whatever case. @throws {UnsupportedArgumentError} If it is another one. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    return this.plain(name, `one of ${choices.join(", ")}`, (value) =>
      choices.find((choice) => typeof value === "string" && choice.toLowerCase() === value.toLowerCase()),
    );
  }

  /** A plain number. @throws {UnsupportedArgumentError} If it is something else. */
  number(name: string): number | undefined {
    return this.plain(name, "a number", (value) => (typeof value === "number" ? value : undefined));
  }

  /** A plain flag. @throws {UnsupportedArgumentError} If it is something else. */
  flag(name: string): boolean | undefined {
    return this.plain(name, "true or false", (value) => (typeof value === "boolean" ? value : undefined));
  }

  /** A plain list. @throws {UnsupportedArgumentError} If it is something else. */
  list(name: string): readonly unknown[] | undefined {
    return this.plain(name, "a list", (value) => (isList(value) ? value : undefined));
  }

  /** A plain list of texts. @throws {UnsupportedArgumentError} If it is something else. */
  texts(name: string): string[] | undefined {
    return this.list(name)?.filter((item) => typeof item === "string");
  }

  /** Arguments within an argument. @throws {UnsupportedArgumentError} If they are not, or hold one not supported. */
  nested(name: string, names: readonly string[]): Arguments | undefined {
    const record = this.plain(name, "an object", (value) => (isRecord(value) ? value : undefined));
    return record && new Arguments({ ...this.supported, names }, record, this.at(name));
  }

  /** Arguments in the elements of a list. @throws {UnsupportedArgumentError} As {@link nested}. */
  each(name: string, names: readonly string[]): Arguments[] | undefined {
    return this.list(name)?.map(
      (item, index) => new Arguments({ ...this.supported, names }, item, `${this.at(name)}[${index}]`),
    );
  }

  /** Arguments by key. @throws {UnsupportedArgumentError} As {@link nested}. */
  byKey(name: string, names: readonly string[]): Map<string, Arguments> {
    const record = this.plain(name, "an object", (value) => (isRecord(value) ? value : undefined)) ?? {};
    return new Map(
      Object.entries(record).map(([key, item]) => [
        key,
        new Arguments({ ...this.supported, names }, item, `${this.at(name)}.${key}`),
      ]),
    );
  }

  /** @throws {UnsupportedArgumentError} That says what is wrong with an argument. */
  refuse(name: string, reason: string): never {
    throw new UnsupportedArgumentError(`${this.supported.type}: argument '${this.at(name)}' ${reason}`);
  }

  private plain<T>(name: string, expected: string, read: (value: unknown) => T | undefined): T | undefined {
    if (!this.has(name)) return undefined;
    const value = this.values[name];
    if (pulumi.Output.isInstance(value)) return this.refuse(name, "must be known when the program runs");
    return read(value) ?? this.refuse(name, `is ${JSON.stringify(value)}; expected ${expected}`);
  }

  private at(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Whether a value is a plain object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !pulumi.Output.isInstance(value)
  );
}

/** The engine vouches for an argument's type: the program's SDK checked it, and what is not known can't be looked into. */
function isInput<T>(value: unknown): value is pulumi.Input<T> {
  return value !== undefined && value !== null;
}
