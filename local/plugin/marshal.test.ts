import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { marshal, unmarshal } from "./marshal";
import { containsUnknown, deepEqual, Secret, Unknown } from "./values";

describe("what travels between engine and provider", () => {
  it("comes back as it went", () => {
    const properties = {
      text: "a",
      number: 1,
      flag: false,
      nothing: null,
      list: [1, { deep: "b" }],
      unknown: Unknown.instance,
      secret: new Secret({ password: "c" }),
    };
    expect(unmarshal(marshal(properties))).to.deep.equal(properties);
  });

  it("leaves out what is undefined", () => {
    expect(unmarshal(marshal({ there: 1, absent: undefined }))).to.deep.equal({ there: 1 });
  });

  it("reads a reference to a resource as its id", () => {
    const reference = {
      "4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e",
      urn: "urn:pulumi:a::b::c::d",
      id: "vpc-1",
    };
    expect(unmarshal(Struct.fromJavaScript({ vpc: reference }))).to.deep.equal({ vpc: "vpc-1" });
  });

  it("refuses assets by the name of their property", () => {
    const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "x" };
    expect(() => unmarshal(Struct.fromJavaScript({ source: asset }))).to.throw("source: assets and archives");
  });

  it("finds an unknown in the depth", () => {
    expect(containsUnknown({ a: [new Secret({ b: Unknown.instance })] })).to.equal(true);
    expect(containsUnknown({ a: [new Secret({ b: 1 })] })).to.equal(false);
  });

  it("is equal whatever the order of properties", () => {
    expect(deepEqual({ a: 1, b: [2] }, { b: [2], a: 1 })).to.equal(true);
    expect(deepEqual({ a: 1 }, { a: 1, b: undefined })).to.equal(true);
    expect(deepEqual({ a: [1, 2] }, { a: [2, 1] })).to.equal(false);
    expect(deepEqual({ a: Unknown.instance }, { a: Unknown.instance })).to.equal(false);
  });
});
