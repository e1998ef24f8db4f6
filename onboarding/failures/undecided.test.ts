import { expect } from "chai";
import { UndecidedCreatesError } from "../../tenants/engine";
import { judge } from ".";

const KEY = {
  urn: "urn:pulumi:acme::tenants::aws:kms/key:Key::acme-key",
  type: "aws:kms/key:Key",
  name: "acme-key",
  inputs: { tags: { "tenant-id": "acme" } },
};

describe("the verdict on killed creations of which nobody knows", () => {
  const verdict = judge(new UndecidedCreatesError({ project: "tenants", stack: "acme" }, [KEY]));

  it("waits for a person, and names the type and the tags to look for", () => {
    expect(verdict.passing).to.equal(false);
    expect(verdict.problem.type).to.equal("creation-undecided");
    expect(verdict.problem.detail).to.contain(`aws:kms/key:Key 'acme-key' with tags {"tenant-id":"acme"}`);
    expect(verdict.problem.next).to.contain("by its tags");
  });

  it("gives programs no inputs, which may hold secrets", () => {
    const { urn, type, name } = KEY;
    expect(verdict.problem.extensions).to.deep.equal({ creates: [{ urn, type, name }] });
  });
});
