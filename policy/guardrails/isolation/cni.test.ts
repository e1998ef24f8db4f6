import { expect } from "chai";
import { CELL_STACK, judge } from "../../testing/judge";
import { testPolicy } from "../../testing/table";
import { networkPoliciesEnforced } from "./cni";

const ENFORCED = { enableNetworkPolicy: "true", env: { NETWORK_POLICY_ENFORCING_MODE: "strict" } };
const addon = {
  type: "aws:eks/addon:Addon",
  props: { addonName: "vpc-cni", configurationValues: JSON.stringify(ENFORCED) },
};
const OFF = "configurationValues.enableNetworkPolicy: off; expected 'true', or network policies hold nobody";
const mode = (found: string) =>
  `configurationValues.env.NETWORK_POLICY_ENFORCING_MODE: ${found}; expected 'strict', or a new pod is free until its policies are attached`;

testPolicy({
  policy: networkPoliciesEnforced,
  stack: CELL_STACK,
  compliant: addon,
  mutations: [
    ["configurationValues", JSON.stringify({ ...ENFORCED, enableNetworkPolicy: "false" }), OFF],
    ["configurationValues", JSON.stringify({ env: ENFORCED.env }), OFF],
    ["configurationValues", JSON.stringify({ ...ENFORCED, env: {} }), mode("not set")],
    [
      "configurationValues",
      JSON.stringify({ ...ENFORCED, env: { NETWORK_POLICY_ENFORCING_MODE: "standard" } }),
      mode("standard"),
    ],
  ],
});

describe("network-policies-enforced", () => {
  for (const values of [undefined, "enableNetworkPolicy: 'true'"]) {
    it(`takes ${values ?? "no configuration"} for none`, async () => {
      const props = { addonName: "vpc-cni", configurationValues: values };
      expect(await judge(networkPoliciesEnforced, { ...addon, props }, CELL_STACK)).to.deep.equal([
        OFF,
        mode("not set"),
      ]);
    });
  }

  it("leaves other add-ons alone", async () => {
    const coredns = { type: addon.type, props: { addonName: "coredns" } };
    expect(await judge(networkPoliciesEnforced, coredns, CELL_STACK)).to.deep.equal([]);
  });
});
