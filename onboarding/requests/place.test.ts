import { expect } from "chai";
import { placeOf } from "./place";

const NOON = new Date("2026-03-01T12:00:00Z");
const later = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000);

/** Places of so many operations that one requester hands in at once. */
function crowd(count: number): number[] {
  const places: number[] = [];
  for (let index = 0; index < count; index += 1) {
    places.push(placeOf("onboard", { last: places.at(-1) }, NOON));
  }
  return places;
}

describe("an operation's place in the queue", () => {
  it("is first for a suspension, whatever else its requester has there", () => {
    const oldest = placeOf("plan", {}, new Date("2026-01-01T00:00:00Z"));
    expect(placeOf("suspend", { last: 5_000_000 }, later(1_000_000))).to.be.lessThan(
      Math.min(oldest, placeOf("onboard", {}, NOON)),
    );
  });

  for (const kind of ["onboard", "update", "resume", "rotate", "offboard", "purge"] as const) {
    it(`is that of its time for ${kind}: who came before goes before`, () => {
      expect(placeOf(kind, {}, NOON)).to.be.lessThan(placeOf("onboard", {}, later(1)));
    });
  }

  it("is further back with each that its requester has in the queue, and others go between", () => {
    const other = placeOf("onboard", {}, later(1.5));
    expect(crowd(4).map((place) => place < other)).to.deep.equal([true, true, false, false]);
  });

  it("ages: a requester's thirtieth goes before who comes an hour later", () => {
    expect(crowd(30).at(-1)).to.be.lessThan(placeOf("onboard", {}, later(60)));
  });

  it("is before what came within minutes for a plan, and behind what has waited longer", () => {
    const plan = placeOf("plan", {}, NOON);
    expect(plan).to.be.lessThan(placeOf("update", {}, later(-5)));
    expect(plan).to.be.greaterThan(placeOf("update", {}, later(-15)));
  });

  it("stays what it was", () => {
    expect(placeOf("update", { own: 42, last: 1_000_000 }, later(60))).to.equal(42);
  });

  it("is one that the queue can hold, for decades", () => {
    expect(placeOf("plan", {}, new Date("2090-01-01T00:00:00Z"))).to.be.within(1, 2 ** 31 - 1);
  });
});
