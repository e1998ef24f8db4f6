import { isTooWide } from "../../../components/rules/network";
import { resourcePolicy } from "../define";
import { at, has, isTrue, list, text } from "../properties";

const CLUSTER = "aws:eks/cluster:Cluster";

/** All control-plane logs that EKS offers. */
const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** The Kubernetes API is private, or public to a list of known ranges. */
export const clusterPrivate = resourcePolicy({
  name: "cluster-endpoint-private",
  description: "The Kubernetes API endpoint is private, or public to an explicit list of ranges only.",
  severity: "critical",
  remediationSteps: "Set endpointPrivateAccess; leave endpointPublicAccess false, or list publicAccessCidrs.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/eks-controls.html#eks-1",
  types: [CLUSTER],
  *check({ props }) {
    if (!isTrue(props, "vpcConfig.endpointPrivateAccess"))
      yield "vpcConfig.endpointPrivateAccess: expected true";
    // EKS opens the endpoint to the internet where the argument is left out.
    if (at(props, "vpcConfig.endpointPublicAccess") === false) return;
    const ranges = list(props, "vpcConfig.publicAccessCidrs").map(String);
    if (ranges.length === 0 || ranges.some(isTooWide)) {
      yield "vpcConfig.endpointPublicAccess: open to the internet; expected false, or publicAccessCidrs of known ranges";
    }
  },
});

/** Secrets in etcd are encrypted under a key of ours, and everything the control plane does is logged. */
export const clusterEncryptedAndLogged = resourcePolicy({
  name: "cluster-secrets-encrypted-and-logged",
  description:
    "Kubernetes secrets are encrypted under a customer managed key; all control-plane logs are kept.",
  severity: "critical",
  remediationSteps: "Set encryptionConfig with the resource 'secrets', and enabledClusterLogTypes.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/eks-controls.html#eks-3",
  types: [CLUSTER],
  *check({ props }) {
    if (
      !list(props, "encryptionConfig.resources").includes("secrets") ||
      !has(props, "encryptionConfig.provider.keyArn")
    ) {
      yield "encryptionConfig: expected the resource 'secrets' under a customer managed KMS key";
    }
    const missing = LOG_TYPES.filter((type) => !list(props, "enabledClusterLogTypes").includes(type));
    if (missing.length > 0) yield `enabledClusterLogTypes: ${missing.join(", ")} missing; expected all five`;
  },
});

/** Who may use the cluster is decided by access entries, which AWS records, not by a ConfigMap inside it. */
export const clusterAccessEntries = resourcePolicy({
  name: "cluster-access-by-entries",
  description: "EKS authenticates by access entries (API mode).",
  severity: "high",
  remediationSteps: "Set accessConfig.authenticationMode to API.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html",
  types: [CLUSTER],
  *check({ props }) {
    const mode = text(props, "accessConfig.authenticationMode");
    if (mode !== "API") yield `accessConfig.authenticationMode: ${mode ?? "not set"}; expected 'API'`;
  },
});
