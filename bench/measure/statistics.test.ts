import { expect } from "chai";
import { median, table } from "./statistics";

describe("statistics", () => {
  it("take the middle of an odd number of values", () => {
    expect(median([9, 1, 3])).to.equal(3);
  });

  it("take the mean of the two in the middle of an even number", () => {
    expect(median([4, 1, 9, 2])).to.equal(3);
  });

  it("have no middle of nothing", () => {
    expect(median([])).to.be.NaN;
  });

  it("align names to the left and numbers to the right", () => {
    expect(
      table(
        ["way", "cpu"],
        [
          ["engine", "1.5"],
          ["cli", "12.0"],
        ],
      ),
    ).to.equal(["way      cpu", "------  ----", "engine   1.5", "cli     12.0"].join("\n"));
  });
});
