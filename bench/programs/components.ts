import * as pulumi from "@pulumi/pulumi";

/** As many resources as a tenant has. */
const RESOURCES = 50;

/** A program whose cost is the engine's alone: no provider is started. */
export function componentsProgram(): Promise<{ password: pulumi.Output<string>; count: number }> {
  const root = new pulumi.ComponentResource("bench:index:Group", "root");
  for (let index = 0; index < RESOURCES; index++) {
    new pulumi.ComponentResource("bench:index:Item", `item-${index}`, { index }, { parent: root });
  }
  return Promise.resolve({ password: pulumi.secret("s3cret"), count: RESOURCES });
}
