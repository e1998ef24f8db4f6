import { expect } from "chai";
import { Pace } from "./pace";

describe("the pace of calls to a service", () => {
  let now: number;
  let waits: number[];
  let pace: Pace;
  beforeEach(() => {
    now = 100_000;
    waits = [];
    pace = new Pace(
      4,
      () => now,
      (milliseconds) => Promise.resolve(waits.push(milliseconds)),
    );
  });

  async function turns(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await pace.turn();
  }

  it("lets a second's worth through at once", async () => {
    await turns(4);
    expect(waits).to.deep.equal([]);
  });

  it("makes those after it wait, each for its turn", async () => {
    await turns(7);
    expect(waits).to.deep.equal([250, 500, 750]);
  });

  it("lets as many through again once they have not come for a second", async () => {
    await turns(4);
    now += 1000;
    await turns(5);
    expect(waits).to.deep.equal([250]);
  });
});
