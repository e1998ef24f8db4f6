import { expect } from "chai";
import { Pace } from "./pace";

describe("the pace of calls to a service", () => {
  let now: number;
  let pace: Pace;
  beforeEach(() => {
    now = 100_000;
    pace = new Pace({ perSecond: 4, burst: 3 }, () => now);
  });

  const turns = (count: number): number[] => Array.from({ length: count }, () => pace.reserve(1));

  it("lets a burst through at once", () => {
    expect(turns(3)).to.deep.equal([0, 0, 0]);
  });

  it("makes those after it wait, each for its turn", () => {
    expect(turns(6).slice(3)).to.deep.equal([250, 500, 750]);
  });

  it("lets a burst through again after a pause, and no more than that", () => {
    turns(3);
    now += 10_000;
    expect(turns(4)).to.deep.equal([0, 0, 0, 250]);
  });

  it("counts each of a turn's calls", () => {
    pace = new Pace({ perSecond: 5, burst: 1 }, () => now);
    expect([pace.reserve(3), pace.reserve(3), pace.reserve(1)]).to.deep.equal([0, 600, 1200]);
  });
});
