import { resourcePolicy } from "../define";
import { isTrue, text } from "../properties";

/** The configuration of an add-on, which EKS takes as JSON text; YAML, which it takes too, reads as none. */
function configurationOf(values: string | undefined): unknown {
  try {
    return JSON.parse(values ?? "{}");
  } catch {
    return {};
  }
}

/** What tenants' NetworkPolicies stand on: without it they are accepted, and hold nobody. */
export const networkPoliciesEnforced = resourcePolicy({
  name: "network-policies-enforced",
  description: "The VPC CNI enforces network policies, and a pod may do nothing until its own are attached.",
  severity: "critical",
  remediationSteps:
    "Set enableNetworkPolicy, and env.NETWORK_POLICY_ENFORCING_MODE=strict, in the add-on's configurationValues.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html",
  types: ["aws:eks/addon:Addon"],
  *check({ props }) {
    if (text(props, "addonName") !== "vpc-cni") return;
    const configuration = configurationOf(text(props, "configurationValues"));
    if (!isTrue(configuration, "enableNetworkPolicy")) {
      yield "configurationValues.enableNetworkPolicy: off; expected 'true', or network policies hold nobody";
    }
    const mode = text(configuration, "env.NETWORK_POLICY_ENFORCING_MODE");
    if (mode !== "strict") {
      yield `configurationValues.env.NETWORK_POLICY_ENFORCING_MODE: ${mode ?? "not set"}; expected 'strict', or a new pod is free until its policies are attached`;
    }
  },
});
