import { expect } from "chai";
import { importInputs, projectInputs } from "./projection";

describe("what of a live object its program owns", () => {
  it("leaves out what the server and others added", () => {
    const inputs = { spec: { ports: [{ port: 80 }] } };
    const live = { spec: { ports: [{ port: 80, protocol: "TCP" }], clusterIP: "10.96.0.1" }, status: {} };
    expect(projectInputs(inputs, live)).to.deep.equal(inputs);
  });

  it("shows what others changed", () => {
    expect(projectInputs({ spec: { replicas: 2 } }, { spec: { replicas: 5 } })).to.deep.equal({
      spec: { replicas: 5 },
    });
  });

  it("shows what others removed", () => {
    expect(
      projectInputs({ metadata: { labels: { a: "1", b: "2" } } }, { metadata: { labels: { a: "1" } } }),
    ).to.deep.equal({
      metadata: { labels: { a: "1" } },
    });
  });

  it("shows a list of another length as it is", () => {
    expect(projectInputs({ finalizers: ["a"] }, { finalizers: ["a", "b"] })).to.deep.equal({
      finalizers: ["a", "b"],
    });
  });

  it("takes what the server drops for what it is: empty", () => {
    const inputs = { spec: { podSelector: {}, ingress: [] } };
    expect(projectInputs(inputs, { spec: {} })).to.deep.equal(inputs);
  });

  const quantities: readonly [string, string][] = [
    ["1000m", "1"],
    ["0.5", "500m"],
    ["1024Mi", "1Gi"],
  ];
  for (const [written, kept] of quantities) {
    it(`takes ${kept} for ${written}`, () => {
      expect(projectInputs({ cpu: written }, { cpu: kept })).to.deep.equal({ cpu: written });
    });
  }

  it("compares a Secret's text with the data it became", () => {
    const inputs = { stringData: { password: "hunter2" } };
    const data = { password: Buffer.from("hunter2").toString("base64") };
    expect(projectInputs(inputs, { data })).to.deep.equal(inputs);
    const changed = { password: Buffer.from("other").toString("base64") };
    expect(projectInputs(inputs, { data: changed })).to.deep.equal({ stringData: { password: "other" } });
  });

  it("is everything but the server's own, for an object that is imported", () => {
    const live = {
      kind: "Service",
      metadata: { name: "web", uid: "1", resourceVersion: "2", managedFields: [], labels: { a: "1" } },
      spec: { type: "ClusterIP" },
      status: {},
    };
    expect(importInputs(live)).to.deep.equal({
      kind: "Service",
      metadata: { name: "web", labels: { a: "1" } },
      spec: { type: "ClusterIP" },
    });
  });

  it("is nothing of what kubectl and controllers note down, for an object that is imported", () => {
    const annotations = {
      "deployment.kubernetes.io/revision": "1",
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
    };
    const live = { kind: "Deployment", metadata: { name: "web", annotations } };
    expect(importInputs(live)).to.deep.equal({ kind: "Deployment", metadata: { name: "web" } });
    const kept = { ...live, metadata: { name: "web", annotations: { ...annotations, team: "red" } } };
    expect(importInputs(kept).metadata).to.deep.equal({ name: "web", annotations: { team: "red" } });
  });
});
