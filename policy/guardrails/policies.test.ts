import { expect } from "chai";
import * as fs from "node:fs";
import { README, renderReadme } from "./docs";
import { policies } from "./policies";

describe("the guardrails pack", () => {
  it("has one name a policy", () => {
    const names = policies.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
  });

  it("tells for every policy how to mend a violation", () => {
    expect(policies.filter(({ remediationSteps }) => !remediationSteps)).to.deep.equal([]);
  });

  it("is listed in its README as it is", () => {
    const page = fs.readFileSync(README, "utf8");
    expect(page).to.equal(renderReadme(page));
  });
});
