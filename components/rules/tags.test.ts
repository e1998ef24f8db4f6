import { expect } from "chai";
import { MAX_TAG_VALUE_LENGTH, REQUIRED_TAG_KEYS, SHARED_TENANT, missingTagKeys, resourceTags } from "./tags";

describe("tags", () => {
  const values = { tenantId: "acme", environment: "prod", cell: "eu-1", costCenter: "cc-1001" };

  it("writes every required key", () => {
    expect(resourceTags(values)).to.deep.equal({
      "tenant-id": "acme",
      env: "prod",
      cell: "eu-1",
      "cost-center": "cc-1001",
      "managed-by": "tenantry",
    });
    expect(Object.keys(resourceTags(values))).to.deep.equal([...REQUIRED_TAG_KEYS]);
  });

  it("marks what a cell shares", () => {
    expect(resourceTags({ ...values, tenantId: SHARED_TENANT })["tenant-id"]).to.equal("shared");
  });

  it("names an empty value", () => {
    expect(() => resourceTags({ ...values, costCenter: " " })).to.throw(
      "tag 'cost-center' is empty: expected a value",
    );
  });

  it("names a value with a character AWS refuses", () => {
    expect(() => resourceTags({ ...values, costCenter: "a,b" })).to.throw(
      "tag 'cost-center' is 'a,b': expected letters, digits, spaces and _ . : / = + - @",
    );
  });

  it("takes the longest value and refuses one more character", () => {
    const longest = "c".repeat(MAX_TAG_VALUE_LENGTH);
    expect(resourceTags({ ...values, costCenter: longest })["cost-center"]).to.equal(longest);
    expect(() => resourceTags({ ...values, costCenter: `${longest}c` })).to.throw(
      "tag 'cost-center' has 257 characters: expected at most 256",
    );
  });

  it("lists the keys that are missing or empty", () => {
    expect(missingTagKeys(undefined)).to.deep.equal([...REQUIRED_TAG_KEYS]);
    expect(missingTagKeys({ ...resourceTags(values), env: "", cell: 3 })).to.deep.equal(["env", "cell"]);
    expect(missingTagKeys(resourceTags(values))).to.deep.equal([]);
  });
});
