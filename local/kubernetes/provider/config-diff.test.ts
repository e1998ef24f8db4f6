import { expect } from "chai";
import { Unknown, type PluginMap } from "../../plugin/values";
import { diffSettings } from "./config-diff";

const kubeconfig = (server: string, token = "t", authority = "") =>
  JSON.stringify({
    "current-context": "c",
    clusters: [
      {
        name: "c",
        cluster: { server, "certificate-authority-data": Buffer.from(authority).toString("base64") },
      },
    ],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    users: [{ name: "u", user: { token } }],
  });
const HERE = kubeconfig("https://here");
const THERE = kubeconfig("https://there");

describe("whether other settings mean another cluster", () => {
  const cases: readonly [string, PluginMap, PluginMap, readonly string[] | undefined][] = [
    ["another server", { kubeconfig: HERE }, { kubeconfig: THERE }, ["kubeconfig"]],
    [
      "another authority",
      { kubeconfig: HERE },
      { kubeconfig: kubeconfig("https://here", "t", "other") },
      ["kubeconfig"],
    ],
    ["other credentials", { kubeconfig: HERE }, { kubeconfig: kubeconfig("https://here", "u") }, []],
    ["a kubeconfig not known yet", { kubeconfig: HERE }, { kubeconfig: Unknown.instance }, ["kubeconfig"]],
    ["a kubeconfig that cannot be read", { kubeconfig: HERE }, { kubeconfig: "/nonexistent" }, []],
    ["another namespace", { namespace: "a" }, { namespace: "b" }, []],
    [
      "another folder to write to",
      { renderYamlToDirectory: "a" },
      { renderYamlToDirectory: "b" },
      ["renderYamlToDirectory"],
    ],
    ["another identifier", { clusterIdentifier: "a" }, { clusterIdentifier: "b" }, ["clusterIdentifier"]],
    [
      "an identifier for the first time",
      { kubeconfig: HERE },
      { kubeconfig: HERE, clusterIdentifier: "a" },
      [],
    ],
    [
      "another server behind the same identifier",
      { kubeconfig: HERE, clusterIdentifier: "a" },
      { kubeconfig: THERE, clusterIdentifier: "a" },
      undefined,
    ],
    [
      "a kubeconfig not known yet behind the same identifier",
      { kubeconfig: HERE, clusterIdentifier: "a" },
      { kubeconfig: Unknown.instance, clusterIdentifier: "a" },
      undefined,
    ],
  ];
  for (const [what, olds, news, replaces] of cases) {
    it(`is ${replaces?.length ? "so" : "not so"} for ${what}`, () => {
      const difference = diffSettings(olds, news);
      expect(difference.changes).to.equal(true);
      expect(difference.replaces).to.deep.equal(replaces);
    });
  }

  it("is not so where nothing changed", () => {
    expect(diffSettings({ kubeconfig: HERE }, { kubeconfig: HERE })).to.deep.equal({
      changes: false,
      replaces: [],
    });
  });
});
