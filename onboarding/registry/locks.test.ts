import { expect } from "chai";
import { LOCK_NAMES, lockNumber } from "./locks";

describe("the service's locks", () => {
  it("have each its own number", () => {
    const numbers = LOCK_NAMES.map(lockNumber);
    expect(new Set(numbers).size).to.equal(LOCK_NAMES.length);
    for (const number of numbers) expect(number).to.be.within(7_216_001, 7_216_099);
  });
});
