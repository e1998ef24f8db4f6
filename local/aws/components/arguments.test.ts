import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Arguments } from "./arguments";

const read = (values: unknown): Arguments =>
  new Arguments({ type: "awsx:ec2:Vpc", names: ["mode", "count", "list", "nested", "on"] }, values);

describe("component arguments", () => {
  it("refuses an argument that is not handled, by name", () => {
    expect(() => read({ xyz: 1 })).to.throw(
      "awsx:ec2:Vpc: argument 'xyz' is not supported by the local cloud",
    );
  });

  it("doesn't mind an argument that is not given", () => {
    expect(() => read({ xyz: undefined })).not.to.throw();
  });

  it("refuses a nested argument by its path", () => {
    expect(() => read({ nested: { a: 1, b: 2 } }).nested("nested", ["a"])).to.throw(
      "argument 'nested.b' is not supported",
    );
    expect(() => read({ list: [{ a: 1 }, { b: 2 }] }).each("list", ["a"])).to.throw("argument 'list[1].b'");
    expect(() => read({ nested: { key: { b: 2 } } }).byKey("nested", ["a"])).to.throw("'nested.key.b'");
  });

  it("reads a choice whatever its case", () => {
    expect(read({ mode: "AUTO" }).choice("mode", ["Legacy", "Auto"])).to.equal("Auto");
  });

  it("names what it expected in place of a wrong value", () => {
    expect(() => read({ mode: "other" }).choice("mode", ["Legacy", "Auto"])).to.throw(
      `awsx:ec2:Vpc: argument 'mode' is "other"; expected one of Legacy, Auto`,
    );
    expect(() => read({ count: "3" }).number("count")).to.throw(`'count' is "3"; expected a number`);
    expect(() => read({ list: 3 }).list("list")).to.throw("'list' is 3; expected a list");
    expect(() => read({ on: 1 }).flag("on")).to.throw("'on' is 1; expected true or false");
  });

  it("refuses an output where the shape of what is made depends on it", () => {
    expect(() => read({ count: pulumi.output(3) }).number("count")).to.throw(
      "argument 'count' must be known when the program runs",
    );
  });

  it("hands wiring on as it came", () => {
    const wiring = pulumi.output("later");
    expect(read({ mode: wiring }).input("mode")).to.equal(wiring);
    expect(read({ mode: wiring }).inputs(["mode", "count"])).to.deep.equal({ mode: wiring });
  });
});
