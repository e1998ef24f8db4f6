import { expect } from "chai";
import type { PluginMap } from "../../../plugin/values";
import { AWAITED, claim, loadBalancer } from "./conditions";

const deployment = (status: PluginMap): PluginMap => ({
  metadata: { generation: 2 },
  spec: { replicas: 2 },
  status: { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2, ...status },
});

const cases: readonly [string, string, PluginMap, "done" | "waiting" | "failed"][] = [
  ["a Deployment with every replica", "apps/v1/Deployment", deployment({}), "done"],
  [
    "a Deployment that was not looked at yet",
    "apps/v1/Deployment",
    deployment({ observedGeneration: 1 }),
    "waiting",
  ],
  ["a Deployment with an old replica", "apps/v1/Deployment", deployment({ replicas: 3 }), "waiting"],
  ["a Deployment that lacks one", "apps/v1/Deployment", deployment({ availableReplicas: 1 }), "waiting"],
  [
    "a Deployment past its deadline",
    "apps/v1/Deployment",
    deployment({ conditions: [{ type: "Progressing", reason: "ProgressDeadlineExceeded" }] }),
    "failed",
  ],
  [
    "a Job that is complete",
    "batch/v1/Job",
    { status: { conditions: [{ type: "Complete", status: "True" }] } },
    "done",
  ],
  [
    "a Job that failed",
    "batch/v1/Job",
    { status: { conditions: [{ type: "Failed", status: "True" }] } },
    "failed",
  ],
  ["a Job under way", "batch/v1/Job", { status: {} }, "waiting"],
  ["a Pod that is ready", "v1/Pod", { status: { conditions: [{ type: "Ready", status: "True" }] } }, "done"],
  ["a Pod that failed", "v1/Pod", { status: { phase: "Failed" } }, "failed"],
  [
    "a definition that is served",
    "apiextensions.k8s.io/v1/CustomResourceDefinition",
    { status: { conditions: [{ type: "Established", status: "True" }] } },
    "done",
  ],
];

const more: readonly [string, string, PluginMap, "done" | "waiting"][] = [
  [
    "a quota in force",
    "v1/ResourceQuota",
    { spec: { hard: { pods: "2" } }, status: { hard: { pods: "2" } } },
    "done",
  ],
  ["a quota not in force", "v1/ResourceQuota", { spec: { hard: { pods: "2" } }, status: {} }, "waiting"],
  ["a volume for the taking", "v1/PersistentVolume", { status: { phase: "Available" } }, "done"],
  ["a volume nobody looked at", "v1/PersistentVolume", { status: {} }, "waiting"],
  ["a Secret of the program's", "v1/Secret", { type: "Opaque" }, "done"],
  ["a token that was not made yet", "v1/Secret", { type: "kubernetes.io/service-account-token" }, "waiting"],
];

describe("a claim", () => {
  const pending = { status: { phase: "Pending" } };
  it("is waited for until it is bound", () => {
    expect(claim(false)(pending)).to.deep.equal({ state: "waiting", reason: "the claim is Pending" });
    expect(claim(false)({ status: { phase: "Bound" } })).to.deep.equal({ state: "done" });
  });
  it("is ready when its class waits for the first pod", () => {
    expect(claim(true)(pending)).to.deep.equal({ state: "done" });
  });
});

describe("a service's address", () => {
  const service = (type: string, ingress: PluginMap[]) => ({
    spec: { type },
    status: { loadBalancer: { ingress } },
  });
  it("is waited for with a load balancer", () => {
    expect(loadBalancer(service("LoadBalancer", [])).state).to.equal("waiting");
    expect(loadBalancer(service("LoadBalancer", [{ ip: "192.0.2.1" }])).state).to.equal("done");
  });
  it("is nothing to wait for inside the cluster", () => {
    expect(loadBalancer(service("ClusterIP", [])).state).to.equal("done");
  });
});

describe("what is waited for", () => {
  for (const [what, kind, object, state] of [...cases, ...more]) {
    it(`is ${state} with ${what}`, () => {
      expect(AWAITED[kind]?.progress(object).state).to.equal(state);
    });
  }
});
