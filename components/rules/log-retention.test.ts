import { expect } from "chai";
import { retentionProblems } from "./log-retention";

describe("the days that logs are kept for", () => {
  for (const days of [undefined, 1, 90, 3653]) {
    it(`may be ${days ?? "left to the default"}`, () => {
      expect(retentionProblems("logRetentionDays", days)).to.deep.equal([]);
    });
  }

  for (const days of [0, 100, 366, 3654]) {
    it(`are refused when they are ${days}`, () => {
      expect(retentionProblems("logRetentionDays", days)).to.deep.equal([
        `logRetentionDays: ${days}; expected one of CloudWatch's 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653`,
      ]);
    });
  }
});
