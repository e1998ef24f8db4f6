import * as pulumi from "@pulumi/pulumi";

/** A resource as a component asked for it. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** URN of the provider it was made through, empty for components. */
  readonly provider: string;
}

/** Outputs that a mocked resource has besides its inputs. */
export type Computed = (resource: Recorded) => Record<string, unknown>;

/** Answers a function call of a provider or of the engine; throws where it fails. */
export type Answer = (token: string, inputs: unknown) => Record<string, unknown>;

const NO_CALLS: Answer = (token) => {
  throw new Error(`unexpected call of ${token}`);
};

/** What a program registered. */
export class Recording {
  constructor(readonly resources: readonly Recorded[]) {}

  /** Number of resources of each type, for exact comparison. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { type } of this.resources) counts[type] = (counts[type] ?? 0) + 1;
    return counts;
  }

  /** All resources of a type. */
  all(type: string): Recorded[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The only resource of that type and name; throws where there is not exactly one. */
  one(type: string, name: string): Recorded {
    const [found, ...more] = this.all(type).filter((resource) => resource.name === name);
    if (found === undefined || more.length > 0) {
      const there = this.resources.map((resource) => `${resource.type} ${resource.name}`).join("\n  ");
      throw new Error(`expected one ${type} '${name}' among\n  ${there}`);
    }
    return found;
  }

  /** Position at which the resource was made; resources come after all they depend on. */
  position(type: string, name: string): number {
    return this.resources.indexOf(this.one(type, name));
  }
}

/**
 * Runs a program against mocks and waits until everything it made is registered.
 *
 * @param program what to run; it may throw
 * @param computed outputs besides the inputs
 * @param answer what calls give; by default every call is an error
 */
export async function record(
  program: () => void | Promise<void>,
  computed: Computed = () => ({}),
  answer: Answer = NO_CALLS,
): Promise<Recording> {
  const resources: Recorded[] = [];
  await pulumi.runtime.setMocks(
    {
      async newResource(args) {
        // A turn of the event loop, so that what does not wait for this resource overtakes it.
        await new Promise((resolve) => setImmediate(resolve));
        const inputs = args.inputs as Record<string, unknown>;
        const resource = { type: args.type, name: args.name, inputs, provider: args.provider ?? "" };
        resources.push(resource);
        return { id: `${args.name}-id`, state: { ...inputs, ...computed(resource) } };
      },
      call: (args) => answer(args.token, args.inputs),
    },
    "tenants",
    "acme",
    false,
    "organization",
  );
  await program();
  await pulumi.runtime.disconnect();
  return new Recording(resources);
}
