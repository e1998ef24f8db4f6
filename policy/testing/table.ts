import type { ResourceValidationPolicy } from "@pulumi/policy";
import { expect } from "chai";
import { judge, mutate, TENANT_STACK, type TestResource, type TestStack } from "./judge";

/** One way to break a compliant resource: the property, its new value, and the one message it must earn. */
export type Mutation = readonly [path: string | readonly string[], value: unknown, message: string];

/** A policy's test: a resource that complies, and mutations of it that don't. */
export interface PolicyTable {
  readonly policy: ResourceValidationPolicy;
  readonly compliant: TestResource;
  /** Default: the stack of the tenant `acme`. */
  readonly stack?: TestStack;
  readonly mutations: readonly Mutation[];
}

/** Writes the tests of a table: the compliant resource passes; each mutation earns its message and no other. */
export function testPolicy({ policy, compliant, stack = TENANT_STACK, mutations }: PolicyTable): void {
  describe(policy.name, () => {
    it("passes what complies", async () => {
      expect(await judge(policy, compliant, stack)).to.deep.equal([]);
    });

    for (const [path, value, message] of mutations) {
      it(`refuses ${path.toString()} = ${JSON.stringify(value)}`, async () => {
        const broken = { ...compliant, props: mutate(compliant.props, path, value) };
        expect(await judge(policy, broken, stack)).to.deep.equal([message]);
      });
    }
  });
}
