import { expect } from "chai";
import { parseTenantSpec } from "../../tenants/spec";
import { costOf, totalOf } from "./cost";

describe("what a tenant costs a month", () => {
  const specOf = (size: string) =>
    parseTenantSpec(
      {
        id: "acme",
        name: "Acme",
        tier: "silo",
        contact: "platform@acme.example",
        cell: "eu-1",
        size: "small",
        database: { engine: "postgres", size },
      },
      "the test's spec",
    );

  for (const [size, instance, gib, storage] of [
    ["small", 47.45, 20, 2.3],
    // A standby doubles both.
    ["medium", 245.28, 100, 23],
    ["large", 982.58, 400, 92],
  ] as const) {
    it(`is its instance's price and its storage's, with a database of size ${size}`, () => {
      const items = costOf(specOf(size));
      expect(items).to.deep.equal([
        { what: "KMS key", usdAMonth: 1 },
        { what: `RDS instance, ${size}`, usdAMonth: instance },
        { what: `${gib} GiB of gp3 storage`, usdAMonth: storage },
        { what: "secret of the database's user", usdAMonth: 0.4 },
      ]);
      expect(totalOf(items)).to.equal(Math.round((1.4 + instance + storage) * 100) / 100);
    });
  }

  it("is its key's price while it is retained", () => {
    expect(costOf(specOf("large"), "retained")).to.deep.equal([{ what: "KMS key", usdAMonth: 1 }]);
  });
});
