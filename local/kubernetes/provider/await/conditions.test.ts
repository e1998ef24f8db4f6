import { expect } from "chai";
import type { PluginMap } from "../../../plugin/values";
import { AWAITED } from "./conditions";

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

describe("what is waited for", () => {
  for (const [what, kind, object, state] of cases) {
    it(`is ${state} with ${what}`, () => {
      expect(AWAITED[kind]?.progress(object).state).to.equal(state);
    });
  }
});
