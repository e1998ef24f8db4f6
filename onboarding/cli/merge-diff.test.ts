import { expect } from "chai";
import * as fc from "fast-check";
import { mergePatch } from "../requests";
import { mergeDiff } from "./merge-diff";

describe("the patch between two specs", () => {
  it("is nothing where nothing differs", () => {
    expect(mergeDiff({ a: { b: [1] } }, { a: { b: [1] } })).to.equal(undefined);
  });

  it("holds only what differs", () => {
    expect(mergeDiff({ a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 3, d: 2 } })).to.deep.equal({
      b: { c: 3 },
    });
  });

  it("takes away what is not wanted any more", () => {
    expect(mergeDiff({ release: { web: "x", app: "y" } }, { release: { app: "y" } })).to.deep.equal({
      release: { web: null },
    });
  });

  it("replaces lists whole", () => {
    expect(mergeDiff({ a: [1, 2] }, { a: [2] })).to.deep.equal({ a: [2] });
  });

  it("makes of any document any other, where the API applies it", () => {
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.array(fc.integer(), { maxLength: 3 }));
    const key = fc.constantFrom("a", "b", "c");
    const document = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf)));
    fc.assert(
      fc.property(document, document, (present, wanted) => {
        // what is left out of a patch stays as it was
        expect(sorted(mergePatch(present, mergeDiff(present, wanted) ?? {}))).to.equal(sorted(wanted));
      }),
    );
  });
});

function sorted(document: unknown): string {
  return JSON.stringify(document, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => one.localeCompare(other)))
      : value,
  );
}
