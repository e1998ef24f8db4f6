import {
  AwsError,
  type CheckFailure,
  type Context,
  type Properties,
  type StoredResource,
  contains,
  parseIpv4Block,
} from "../../framework";
import { DEFAULT_VERSION, KUBERNETES_VERSIONS, minorOf } from "./versions";

const LOG_TYPES: readonly string[] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
const MODES: readonly string[] = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];

/** What the official provider refuses before it calls EKS. */
export function checkCluster(inputs: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const name = inputs.string("name");
  if (name !== undefined && !/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(name)) {
    failures.push({
      property: "name",
      reason: `"${name}" must begin with a letter or digit and hold up to 100 letters, digits, - and _`,
    });
  }
  for (const type of inputs.strings("enabledClusterLogTypes")) {
    if (!LOG_TYPES.includes(type)) {
      failures.push({
        property: "enabledClusterLogTypes",
        reason: `"${type}" is not one of ${LOG_TYPES.join(", ")}`,
      });
    }
  }
  const mode = inputs.string("accessConfig.authenticationMode");
  if (mode !== undefined && !MODES.includes(mode)) {
    failures.push({
      property: "accessConfig.authenticationMode",
      reason: `"${mode}" is not one of ${MODES.join(", ")}`,
    });
  }
  const services = inputs.string("kubernetesNetworkConfig.serviceIpv4Cidr");
  if (services !== undefined) failures.push(...serviceRangeFailures(services));
  if (inputs.has("outpostConfig"))
    failures.push({ property: "outpostConfig", reason: "is not simulated by the local cloud" });
  return failures;
}

/** Ranges that services may be in, and the lengths of their prefixes. */
const SERVICE_RANGES: readonly string[] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
const SERVICE_PREFIX = { min: 12, max: 24 };

function serviceRangeFailures(range: string): CheckFailure[] {
  const property = "kubernetesNetworkConfig.serviceIpv4Cidr";
  const block = parseIpv4Block(range);
  if (block === undefined) return [{ property, reason: `"${range}" is not a valid IPv4 CIDR block` }];
  const { min, max } = SERVICE_PREFIX;
  const failures: CheckFailure[] = [];
  if (block.prefix < min || block.prefix > max) {
    const reason = `expected "${range}" to contain a network Value with between ${min} and ${max} significant bits, got: ${block.prefix}`;
    failures.push({ property, reason });
  }
  const inside = SERVICE_RANGES.map(parseIpv4Block).some(
    (outer) => outer !== undefined && contains(outer, block),
  );
  if (!inside)
    failures.push({ property, reason: "must be within 10.0.0.0/8, 172.16.0.0/12, or 192.168.0.0/16" });
  return failures;
}

/**
 * Sees that EKS would create, or update, a cluster so.
 *
 * @throws {AwsError} InvalidParameterException, as EKS answers.
 */
export async function refuseCluster(context: Context): Promise<void> {
  const { inputs } = context;
  const version = inputs.string("version");
  if (version !== undefined && !KUBERNETES_VERSIONS.includes(version))
    throw invalid(`unsupported Kubernetes version ${version}`);
  const subnets = await subnetsOf(context, inputs.strings("vpcConfig.subnetIds"));
  if (new Set(subnets.map(({ state }) => state.vpcId)).size > 1)
    throw invalid("Subnets are not in the same VPC");
  if (new Set(subnets.map(({ state }) => state.availabilityZone)).size < 2)
    throw invalid("Subnets specified must be in at least two different AZs");
  const open = inputs.flag("vpcConfig.endpointPublicAccess", true);
  if (!open && !inputs.flag("vpcConfig.endpointPrivateAccess"))
    throw invalid("Private and public endpoint access cannot be false");
  if (inputs.has("encryptionConfig") && !inputs.strings("encryptionConfig.resources").includes("secrets"))
    throw invalid("Encryption config resources must be [secrets]");
}

/**
 * Sees that a cluster may be changed so: one minor version up at a time, and never back to the aws-auth ConfigMap.
 *
 * @throws {AwsError} As EKS answers.
 */
export function refuseChange(context: Context): void {
  const { inputs, state } = context;
  const from = state.stringOr("version", DEFAULT_VERSION);
  const to = inputs.stringOr("version", from);
  const step = minorOf(to) - minorOf(from);
  if (step < 0 || step > 1)
    throw invalid(`Unsupported Kubernetes minor version update from ${from} to ${to}`);
  const modeBefore = state.stringOr("accessConfig.authenticationMode", "CONFIG_MAP");
  const mode = inputs.stringOr("accessConfig.authenticationMode", modeBefore);
  if (MODES.indexOf(mode) < MODES.indexOf(modeBefore))
    throw invalid(`Unsupported authentication mode update from ${modeBefore} to ${mode}`);
}

/** Subnets by id; those that don't exist are left to the reference check. */
export async function subnetsOf(
  context: Pick<Context, "find">,
  ids: readonly string[],
): Promise<StoredResource[]> {
  const found = await Promise.all(ids.map((id) => context.find("aws:ec2/subnet:Subnet", id)));
  return found.filter((subnet) => subnet !== undefined);
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}
