import type { Catalog, InvokeDefinition, ResourceDefinition } from "../framework/define";
import { UnsimulatedError } from "../framework/errors";

/** Every type and invoke that the local account knows, by token. */
export class Registry {
  private readonly resources = new Map<string, ResourceDefinition>();
  private readonly invokes = new Map<string, InvokeDefinition>();

  /** @throws {Error} If two definitions have the same token. */
  constructor(catalogs: readonly Catalog[]) {
    for (const catalog of catalogs) {
      for (const definition of catalog.resources) add(this.resources, definition.type, definition);
      for (const definition of catalog.invokes ?? []) add(this.invokes, definition.token, definition);
    }
  }

  /** @throws {UnsimulatedError} If the type is not simulated. */
  resource(type: string): ResourceDefinition {
    const definition = this.resources.get(type);
    if (definition === undefined) {
      throw new UnsimulatedError(`The local AWS account does not simulate resources of type ${type}.`);
    }
    return definition;
  }

  /** @throws {UnsimulatedError} If the invoke is not simulated. */
  invoke(token: string): InvokeDefinition {
    const definition = this.invokes.get(token);
    if (definition === undefined) {
      throw new UnsimulatedError(`The local AWS account does not simulate the invoke ${token}.`);
    }
    return definition;
  }

  /** All types, in order of their tokens. */
  get types(): readonly ResourceDefinition[] {
    return [...this.resources.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
  }

  /** The tokens of all invokes, in order. */
  get invokeTokens(): readonly string[] {
    return [...this.invokes.keys()].sort();
  }
}

function add<Definition>(map: Map<string, Definition>, token: string, definition: Definition): void {
  if (map.has(token)) throw new Error(`${token} is defined twice in the catalog.`);
  map.set(token, definition);
}
