import { expect } from "chai";
import type { PluginMap } from "../../../plugin/values";
import { podTrouble } from "./pods";

const pod = (status: PluginMap, metadata: PluginMap = {}): PluginMap => ({
  metadata: { namespace: "acme", name: "web-1", ...metadata },
  status,
});
const container = (state: PluginMap, rest: PluginMap = {}): PluginMap => ({
  containerStatuses: [{ name: "main", ready: false, state, ...rest }],
});
const unscheduled = {
  conditions: [{ type: "PodScheduled", status: "False", message: "0/1 nodes are available" }],
};

describe("what a pod says of itself", () => {
  const cases: readonly [string, PluginMap, string[]][] = [
    ["a pod without a node", pod(unscheduled), ["[Pod acme/web-1]: 0/1 nodes are available"]],
    [
      "an image that cannot be pulled",
      pod(container({ waiting: { reason: "ErrImagePull", message: "no such image" } })),
      ["[Pod acme/web-1]: [ErrImagePull] main: no such image"],
    ],
    [
      "a container that ends again and again",
      pod(
        container(
          { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s" } },
          { lastState: { terminated: { reason: "Error", exitCode: 3 } } },
        ),
      ),
      ["[Pod acme/web-1]: [CrashLoopBackOff] main: back-off 10s; [Error] main: exit code 3"],
    ],
    [
      "an init container that failed",
      pod({
        initContainerStatuses: [
          { name: "init", ready: false, state: { terminated: { reason: "Error", exitCode: 1 } } },
        ],
      }),
      ["[Pod acme/web-1]: [Error] init: exit code 1"],
    ],
    ["a container being created", pod(container({ waiting: { reason: "ContainerCreating" } })), []],
    ["a ready container", pod({ containerStatuses: [{ name: "main", ready: true, state: {} }] }), []],
    ["a pod that is done", pod({ ...unscheduled, phase: "Succeeded" }), []],
    ["a pod being deleted", pod(unscheduled, { deletionTimestamp: "2026-01-01T00:00:00Z" }), []],
  ];
  for (const [what, object, said] of cases) {
    it(`is ${said.length === 0 ? "nothing" : "its trouble"} of ${what}`, () => {
      expect(podTrouble(object)).to.deep.equal(said);
    });
  }
});
