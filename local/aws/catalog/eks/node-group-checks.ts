import { AwsError, type Context, type Properties } from "../../framework";
import { instanceType, type InstanceType } from "./instance-types";
import { minorOf } from "./versions";

/** Versions that nodes may be behind their cluster's control plane (Kubernetes version skew policy). */
const SKEW = 3;

/** Labels of a node group, and taints (EKS quotas). */
const MOST_LABELS = 50;
const MOST_TAINTS = 50;

/**
 * Sees that EKS would create, or update, a node group so.
 *
 * @throws {AwsError} InvalidParameterException, as EKS answers.
 */
export async function refuseNodeGroup(
  context: Pick<Context, "inputs">,
  clusterVersion: string,
): Promise<void> {
  const { inputs } = context;
  refuseSizes(context);
  const unknown = inputs.strings("instanceTypes").find((type) => instanceType(type) === undefined);
  if (unknown !== undefined)
    throw invalid(`The following supplied instance types do not exist: [${unknown}]`);
  refuseArchitecture(inputs);
  const version = inputs.stringOr("version", clusterVersion);
  const behind = minorOf(clusterVersion) - minorOf(version);
  if (behind < 0 || behind > SKEW) {
    throw invalid(
      `Requested Nodegroup release version ${version} is invalid for cluster version ${clusterVersion}`,
    );
  }
  if (Object.keys(inputs.map("labels")).length > MOST_LABELS)
    throw invalid(`A node group can have at most ${MOST_LABELS} labels`);
  if (inputs.maps("taints").length > MOST_TAINTS)
    throw invalid(`A node group can have at most ${MOST_TAINTS} taints`);
  const reserved = Object.keys(inputs.map("labels")).find(
    (key) => /(^|\.)(kubernetes\.io|k8s\.io)\//.test(key) && !ALLOWED.test(key),
  );
  if (reserved !== undefined)
    throw invalid(
      `Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]: ${reserved}`,
    );
  if (inputs.has("launchTemplate") && (inputs.number("diskSize") ?? 0) > 0)
    throw invalid("Disk size must be specified within the launch template.");
  return Promise.resolve();
}

/** Labels of Kubernetes that a kubelet may set on its own node. */
const ALLOWED = /^(node\.kubernetes\.io|kubelet\.kubernetes\.io|topology\.kubernetes\.io)\//;

/** The image that EKS takes when a node group names none, whatever its instance types are. */
export const DEFAULT_AMI_TYPE = "AL2023_x86_64_STANDARD";

function refuseArchitecture(inputs: Properties): void {
  const amiType = inputs.stringOr("amiType", DEFAULT_AMI_TYPE);
  if (amiType === "CUSTOM") return;
  const architecture: InstanceType["architecture"] = amiType.includes("ARM_64") ? "arm64" : "amd64";
  const unfit = inputs
    .strings("instanceTypes")
    .filter((type) => instanceType(type)?.architecture !== architecture);
  if (unfit.length > 0)
    throw invalid(`[${unfit.join(", ")}] is not a valid instance type for requested amiType ${amiType}`);
}

function refuseSizes({ inputs }: Pick<Context, "inputs">): void {
  const min = inputs.number("scalingConfig.minSize") ?? 0;
  const max = inputs.number("scalingConfig.maxSize") ?? 0;
  const desired = inputs.number("scalingConfig.desiredSize") ?? 0;
  if (max < 1) throw invalid(`maxSize ${max} must be at least 1`);
  if (min > max) throw invalid(`Minimum capacity ${min} can't be greater than maximum size ${max}`);
  if (desired > max) throw invalid(`desired capacity ${desired} can't be greater than max size ${max}`);
  if (desired < min) throw invalid(`Minimum capacity ${min} can't be greater than desired size ${desired}`);
  if (max > 450) throw invalid(`maxSize ${max} exceeds the quota of 450 nodes for each managed node group`);
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}
