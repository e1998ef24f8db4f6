import * as pulumi from "@pulumi/pulumi";

/** What a probe does. */
export interface ProbeArgs {
  readonly label: pulumi.Input<string>;
  /** What `diff` looks at, besides the label. */
  readonly value?: pulumi.Input<string>;
  /** How long each operation takes, milliseconds. */
  readonly delayMs?: number;
  /** The operation that fails. */
  readonly fail?: "create" | "update" | "delete";
  /** Whether its label is a name that only one can have, whichever stack it is in. */
  readonly exclusive?: boolean;
  /** Whether its id is one that only the provider knows, so that it can be made twice. */
  readonly nameless?: boolean;
  /** Says whose it is. */
  readonly owner?: string;
  /** File with the value that is really there, once it is written: drift. */
  readonly reality?: string;
  /** File that gets a line at the beginning and at the end of each operation. */
  readonly log?: string;
}

/** A resource of the test's own provider. */
export class Probe extends pulumi.CustomResource {
  declare readonly label: pulumi.Output<string>;

  constructor(name: string, args: ProbeArgs, options: pulumi.CustomResourceOptions = {}) {
    super("probe:index:Probe", name, { ...args }, { version: "1.0.0", ...options });
  }
}

/** A program that makes resources and has no outputs. */
export function makes(body: () => unknown): () => Promise<void> {
  return () => {
    body();
    return Promise.resolve();
  };
}
