import { expect } from "chai";
import { coalesced } from "./coalesce";

describe("what is coalesced", () => {
  let calls: number;
  let time: number;
  let finish: (() => void)[];
  let ask: () => Promise<number>;

  beforeEach(() => {
    [calls, time, finish] = [0, 0, []];
    ask = coalesced(
      () => {
        const call = (calls += 1);
        return new Promise((resolve) => finish.push(() => resolve(call)));
      },
      5_000,
      () => time,
    );
  });

  it("is done once for all who ask meanwhile, and for who asks soon after", async () => {
    const asked = [ask(), ask()];
    time = 60_000;
    asked.push(ask());
    finish[0]?.();
    expect(await Promise.all(asked)).to.deep.equal([1, 1, 1]);
    time = 64_999;
    expect(await ask()).to.equal(1);
  });

  it("is done again later", async () => {
    const first = ask();
    finish[0]?.();
    await first;
    time = 5_000;
    const second = ask();
    finish[1]?.();
    expect(await second).to.equal(2);
  });

  it("fails for all, and is tried again later", async () => {
    const failing = coalesced(
      () => {
        calls += 1;
        return Promise.reject(new Error("gone"));
      },
      5_000,
      () => time,
    );
    const outcomeOf = () =>
      failing().then(
        () => "answered",
        (error: Error) => error.message,
      );
    expect([await outcomeOf(), await outcomeOf(), calls]).to.deep.equal(["gone", "gone", 1]);
    time = 5_000;
    expect([await outcomeOf(), calls]).to.deep.equal(["gone", 2]);
  });
});
