import type * as pulumi from "@pulumi/pulumi";
import * as provider from "@pulumi/pulumi/provider";

/** What a component provider offers of one component. */
export interface ComponentDefinition {
  /** Arguments that are handled; any other is refused by name. */
  readonly supports: readonly string[];
  /** Makes the component's children, and answers with its outputs. */
  construct(
    name: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Constructed | Promise<Constructed>;
}

/** A component that was made. */
export interface Constructed {
  readonly component: pulumi.ComponentResource;
  readonly outputs: pulumi.Inputs;
}

/** Answers a method of a component: its arguments with `__self__`, and the outputs. */
export type Method = (inputs: pulumi.Inputs) => Promise<pulumi.Inputs>;

/** The arguments that a component doesn't handle. */
export function unsupported(supports: readonly string[], inputs: pulumi.Inputs): string[] {
  return Object.keys(inputs).filter((name) => inputs[name] !== undefined && !supports.includes(name));
}

/** Runs a provider of components. */
export function serveComponents(
  version: string,
  components: Readonly<Record<string, ComponentDefinition>>,
  methods: Readonly<Record<string, Method>> = {},
): Promise<void> {
  return provider.main(
    {
      version,
      async construct(name, type, inputs, options) {
        const definition = components[type];
        if (!definition) throw new Error(`${type}: not supported by the local cloud`);
        const [refused] = unsupported(definition.supports, inputs);
        if (refused !== undefined) {
          throw new Error(`${type} '${name}': argument '${refused}' is not supported by the local cloud`);
        }
        const { component, outputs } = await definition.construct(name, inputs, options);
        return { urn: component.urn, state: outputs };
      },
      async call(token, inputs) {
        const method = methods[token];
        if (!method) throw new Error(`${token}: not supported by the local cloud`);
        return { outputs: await method(inputs) };
      },
    },
    process.argv.slice(2),
  );
}
