import { createHash } from "node:crypto";
import { isIpv4Range, isTooWide, NARROW_ENOUGH } from "./network";

/** Kubernetes versions in EKS's standard support. Source: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html */
export const KUBERNETES_VERSIONS = ["1.33", "1.34", "1.35"] as const;

/** How many instances a managed node group has at most. Source: https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html */
export const MAX_NODES_PER_GROUP = 450;

/** Who reaches the Kubernetes API. */
export interface EndpointAccess {
  readonly endpoint: "private" | "public";
  /** Ranges that reach a public endpoint; empty for a private one. */
  readonly publicAccessCidrs: readonly string[];
}

/** Says what is wrong with the access to the Kubernetes API, by the key of each problem. */
export function endpointProblems({ endpoint, publicAccessCidrs }: EndpointAccess): string[] {
  if (endpoint === "private") {
    if (publicAccessCidrs.length === 0) return [];
    return [`publicAccessCidrs: ${publicAccessCidrs.join(", ")}; expected none, as endpoint is 'private'`];
  }
  if (publicAccessCidrs.length === 0) {
    return ["publicAccessCidrs: empty; expected the ranges that may reach the public endpoint"];
  }
  return publicAccessCidrs.flatMap((range) => {
    if (!isIpv4Range(range))
      return [`publicAccessCidrs: '${range}'; expected an IPv4 range such as 192.0.2.0/24`];
    if (isTooWide(range)) {
      const expected = `known ranges, each with a prefix of at least /${NARROW_ENOUGH.ipv4}`;
      return [`publicAccessCidrs: '${range}'; expected ${expected}`];
    }
    return [];
  });
}

/** Says what is wrong with a cluster's administrators: EKS keeps one access entry for each principal. */
export function adminProblems(admins: readonly string[]): string[] {
  const repeated = new Set(admins.filter((arn, index) => admins.indexOf(arn) !== index));
  return [...repeated].map((arn) => `admins: '${arn}' is there more than once; expected each role once`);
}

/** The key of an administrator's access entry: it stays the same wherever in the list the role is. */
export function adminKey(principalArn: string): string {
  return `admin-${createHash("sha256").update(principalArn).digest("hex").slice(0, 8)}`;
}

/** How many nodes a group has. */
export interface GroupSize {
  readonly min: number;
  readonly desired: number;
  readonly max: number;
}

/** Says what is wrong with a node group's size. */
export function groupSizeProblems(key: string, { min, desired, max }: GroupSize): string[] {
  const problems: string[] = [];
  if (!(min <= desired && desired <= max)) {
    problems.push(`${key}: min ${min}, desired ${desired}, max ${max}; expected min <= desired <= max`);
  }
  if (max > MAX_NODES_PER_GROUP) problems.push(`${key}.max: ${max}; expected at most ${MAX_NODES_PER_GROUP}`);
  return problems;
}

/** Images that a cell's nodes boot, by their processors. Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html */
export const AMI_TYPES = { arm64: "AL2023_ARM_64_STANDARD", x86_64: "AL2023_x86_64_STANDARD" } as const;

type Architecture = keyof typeof AMI_TYPES;

/**
 * The image that EKS has to boot on nodes of these instance types, which {@link instanceTypeProblems} has nothing
 * against: EKS takes x86_64 unless it is told otherwise, and then refuses Graviton types.
 */
export function amiTypeOf(instanceTypes: readonly string[]): (typeof AMI_TYPES)[Architecture] {
  return AMI_TYPES[instanceTypes.some((type) => architectureOf(type) === "arm64") ? "arm64" : "x86_64"];
}

/** Says what is wrong with the instance types of one node group. */
export function instanceTypeProblems(key: string, instanceTypes: readonly string[]): string[] {
  const of = (architecture: Architecture) =>
    instanceTypes.filter((type) => architectureOf(type) === architecture);
  const [arm64, x86] = [of("arm64"), of("x86_64")];
  if (instanceTypes.length === 0) return [`${key}: empty; expected an instance type such as m7g.large`];
  if (arm64.length === 0 || x86.length === 0) return [];
  return [
    `${key}: ${arm64.join(", ")} (arm64) and ${x86.join(", ")} (x86_64); expected types of one architecture, as a group's nodes boot one image`,
  ];
}

/**
 * Says which instance types cannot carry pods with security groups of their own: burstable ones have no trunk network
 * interface, so those pods would stay pending for ever.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html
 */
export function trunkProblems(key: string, instanceTypes: readonly string[]): string[] {
  return instanceTypes
    .filter((type) => /^t\d/.test(type))
    .map(
      (type) =>
        `${key}: '${type}'; expected a type that supports trunk network interfaces, which no t type does: pods with security groups would stay pending`,
    );
}

/** A Graviton type has a g first after its generation: m7g, c7gn, im4gn; A1 is the first of them. */
function architectureOf(instanceType: string): Architecture {
  return /^(a1|[a-z]+\d+g[a-z]*)\./.test(instanceType) ? "arm64" : "x86_64";
}
