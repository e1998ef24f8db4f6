import { expect } from "chai";
import { EngineError } from "./errors";
import { countResources, outputsOf, parseExportedStack } from "./state";

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const ROOT = { urn: "urn:root", type: "pulumi:pulumi:Stack" };

const state = (resources: object[]) =>
  parseExportedStack(JSON.stringify({ version: 3, deployment: { resources } }));

describe("an exported state", () => {
  it("gives the root's outputs", () => {
    const outputs = outputsOf(state([{ ...ROOT, outputs: { a: 1, b: { c: ["d"] } } }]));
    expect(outputs).to.deep.equal({
      a: { value: 1, secret: false, known: true },
      b: { value: { c: ["d"] }, secret: false, known: true },
    });
  });

  it("takes the marks off secrets and flags them, at any depth", () => {
    const outputs = {
      top: { ...SECRET, plaintext: '"s3cret"' },
      deep: { list: [{ ...SECRET, plaintext: '{"x":1}' }] },
    };
    expect(outputsOf(state([{ ...ROOT, outputs }]))).to.deep.equal({
      top: { value: "s3cret", secret: true, known: true },
      deep: { value: { list: [{ x: 1 }] }, secret: true, known: true },
    });
  });

  it("has no outputs before the first up", () => {
    expect(outputsOf(parseExportedStack('{"version":3,"deployment":{}}'))).to.deep.equal({});
  });

  it("counts neither the stack nor its providers", () => {
    const resources = [
      ROOT,
      { urn: "p", type: "pulumi:providers:aws" },
      { urn: "k", type: "aws:kms/key:Key" },
    ];
    expect(countResources(state(resources))).to.equal(1);
  });

  it("is refused where it is something else", () => {
    expect(() => parseExportedStack('{"version":"three"}')).to.throw(EngineError, "version");
  });
});
