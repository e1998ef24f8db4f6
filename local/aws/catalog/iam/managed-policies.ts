import { ManagedPolicy } from "@pulumi/aws/types/enums/iam";

/** Policies that AWS added after the SDK's list was last made. */
const NEWER: readonly string[] = [
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
  "AmazonEKSWorkerNodeMinimalPolicy",
];

let known: ReadonlySet<string> | undefined;

/** Whether an ARN, of whatever partition, is that of a policy which AWS keeps for all accounts. */
export function isAwsManagedPolicy(arn: string): boolean {
  const path = /^arn:[^:]+:iam::aws:policy(\/.+)$/.exec(arn)?.[1];
  known ??= new Set([
    ...Object.values(ManagedPolicy).map((value) => value.slice(value.indexOf("/"))),
    ...NEWER.map((name) => `/${name}`),
  ]);
  return path !== undefined && known.has(path);
}
