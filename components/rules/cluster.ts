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
