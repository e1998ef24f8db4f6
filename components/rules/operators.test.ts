import { expect } from "chai";
import { operatorProblems } from "./operators";

const SUPPORT = "arn:aws:iam::123456789012:role/acme-support";
const OLIVIA = "arn:aws-us-gov:iam::123456789012:user/people/olivia@acme.example";

describe("operators", () => {
  it("take roles and users, each once", () => {
    expect(operatorProblems("operators.principalArns", [SUPPORT, OLIVIA])).to.deep.equal([]);
  });

  it("take nobody", () => {
    expect(operatorProblems("operators.principalArns", [])).to.deep.equal([]);
  });

  it("refuse the same principal twice, naming both places", () => {
    expect(operatorProblems("operators.principalArns", [SUPPORT, OLIVIA, SUPPORT])).to.deep.equal([
      `operators.principalArns.2 is '${SUPPORT}', as is operators.principalArns.0: expected each principal once`,
    ]);
  });

  for (const arn of [
    "acme-support",
    "arn:aws:iam::123456789012:root",
    "arn:aws:sts::123456789012:assumed-role/a/b",
    "",
  ]) {
    it(`refuse '${arn}'`, () => {
      expect(operatorProblems("principals", [arn])).to.deep.equal([
        `principals.0 is '${arn}': expected the ARN of an IAM role or user`,
      ]);
    });
  }
});
