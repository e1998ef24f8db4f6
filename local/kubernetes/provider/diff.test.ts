import { expect } from "chai";
import type { PluginMap } from "../../plugin/values";
import { diffObjects } from "./diff";

const IMMUTABLE = { configMaps: false, secrets: false };

const object = (rest: PluginMap, metadata: PluginMap = {}): PluginMap => ({
  metadata: { name: "web", namespace: "acme", ...metadata },
  ...rest,
});

describe("what becomes of a changed object", () => {
  it("is nothing when nothing changed", () => {
    const same = object({ spec: { replicas: 1 } });
    expect(diffObjects("Deployment", same, same, IMMUTABLE)).to.deep.include({
      changes: false,
      replaces: [],
    });
  });

  it("is an update that names the path", () => {
    const difference = diffObjects(
      "Deployment",
      object({ spec: { replicas: 1 } }),
      object({ spec: { replicas: 2 } }),
      IMMUTABLE,
    );
    expect(difference.replaces).to.deep.equal([]);
    expect(difference.detailedDiff).to.deep.equal({ "spec.replicas": { kind: "update", inputDiff: true } });
  });

  const replaced: readonly [string, string, PluginMap, PluginMap, string][] = [
    [
      "a Deployment's selector",
      "Deployment",
      { spec: { selector: { matchLabels: { app: "a" } } } },
      { spec: { selector: { matchLabels: { app: "b" } } } },
      "spec.selector.matchLabels.app",
    ],
    [
      "a RoleBinding's role",
      "RoleBinding",
      { roleRef: { name: "a" } },
      { roleRef: { name: "b" } },
      "roleRef.name",
    ],
    ["a ConfigMap's data", "ConfigMap", { data: { a: "1" } }, { data: { a: "2" } }, "data.a"],
    ["a Secret's data", "Secret", { stringData: { a: "1" } }, { stringData: { a: "2" } }, "stringData.a"],
  ];
  for (const [what, kind, before, after, path] of replaced) {
    it(`is a replacement for ${what}`, () => {
      expect(diffObjects(kind, object(before), object(after), IMMUTABLE).replaces).to.deep.equal([path]);
    });
  }

  it("is a replacement for another name or namespace", () => {
    for (const part of ["name", "namespace"]) {
      const difference = diffObjects("Service", object({}), object({}, { [part]: "other" }), IMMUTABLE);
      expect(difference.replaces).to.deep.equal([`metadata.${part}`]);
    }
  });

  it("is an update of a ConfigMap that may change", () => {
    const difference = diffObjects("ConfigMap", object({ data: { a: "1" } }), object({ data: { a: "2" } }), {
      configMaps: true,
      secrets: false,
    });
    expect(difference.replaces).to.deep.equal([]);
  });

  it("writes names with dots and slashes as the engine's paths do", () => {
    const difference = diffObjects(
      "Service",
      object({}, { annotations: {} }),
      object({}, { annotations: { "a.b/c": "1" } }),
      IMMUTABLE,
    );
    expect(Object.keys(difference.detailedDiff ?? {})).to.deep.equal(['metadata.annotations["a.b/c"]']);
  });
});
