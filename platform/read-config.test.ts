import { expect } from "chai";
import { parseConfig } from "./config";
import { valuesOf } from "./read-config";

describe("a cell's settings as Pulumi keeps them", () => {
  it("are read by their keys", () => {
    const texts: Record<string, string> = { domain: "example.com", network: '{"cidr":"10.0.0.0/16"}' };
    expect(valuesOf((key) => texts[key])).to.deep.include({
      domain: "example.com",
      network: { cidr: "10.0.0.0/16" },
      cluster: undefined,
    });
  });

  it("are refused by their key where they are not the structure they should be", () => {
    const values = valuesOf((key) => (key === "network" ? "{oops" : undefined));
    expect(() => parseConfig({ stack: "local", region: "eu-central-1", values })).to.throw(
      /tenantry:network: "\{oops"/,
    );
  });
});
