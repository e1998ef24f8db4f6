import { expect } from "chai";
import { Unknown } from "../../plugin/values";
import { parseSettings, settingsFailures } from "./config";
import { kindOf } from "./kinds";
import { readKubeconfig } from "./kubeconfig";

const KUBECONFIG = {
  "current-context": "local",
  clusters: [{ name: "local", cluster: { server: "https://127.0.0.1:6443/" } }],
  contexts: [{ name: "local", context: { cluster: "local", user: "admin", namespace: "acme" } }],
  users: [{ name: "admin", user: { token: "t" } }],
};

describe("the provider's settings", () => {
  it("are refused by name when they are not offered", () => {
    expect(settingsFailures({ kubeconfig: "x", helmReleaseSettings: "{}" })).to.deep.equal([
      {
        property: "helmReleaseSettings",
        reason: "kubernetes provider: 'helmReleaseSettings' is not supported by the local cloud",
      },
    ]);
  });

  it("are refused when they turn server-side apply off", () => {
    expect(settingsFailures({ enableServerSideApply: "false" })).to.have.length(1);
  });

  it("come from the environment where the program is silent", () => {
    process.env["PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"] = "true";
    try {
      expect(parseSettings({}).skipUpdateUnreachable).to.equal(true);
      expect(parseSettings({ skipUpdateUnreachable: "false" }).skipUpdateUnreachable).to.equal(false);
    } finally {
      delete process.env["PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"];
    }
  });

  it("may wait for a kubeconfig that is not known yet", () => {
    expect(parseSettings({ kubeconfig: Unknown.instance }).kubeconfig).to.equal(Unknown.instance);
  });
});

describe("a kubeconfig", () => {
  it("is read from its contents", () => {
    const access = readKubeconfig(JSON.stringify(KUBECONFIG), undefined);
    expect(access.server).to.equal("https://127.0.0.1:6443");
    expect(access.token?.()).to.equal("t");
  });

  it("names the context that it lacks", () => {
    expect(() => readKubeconfig(JSON.stringify(KUBECONFIG), "prod")).to.throw(
      "kubeconfig: context 'prod' is not in it",
    );
  });

  it("names the user that it lacks", () => {
    expect(() => readKubeconfig(JSON.stringify({ ...KUBECONFIG, users: [] }), undefined)).to.throw(
      "kubeconfig: user 'admin' is not in it",
    );
  });
});

describe("a type token", () => {
  it("says version and kind", () => {
    expect(kindOf("kubernetes:core/v1:Namespace")).to.deep.equal({ apiVersion: "v1", kind: "Namespace" });
    expect(kindOf("kubernetes:apps/v1:Deployment")).to.deep.equal({
      apiVersion: "apps/v1",
      kind: "Deployment",
    });
  });

  for (const type of [
    "kubernetes:core/v1:NamespacePatch",
    "kubernetes:core/v1:PodList",
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:yaml/v2:ConfigGroup",
  ]) {
    it(`is refused by name: ${type}`, () => {
      expect(() => kindOf(type)).to.throw(type);
    });
  }
});
