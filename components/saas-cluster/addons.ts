import * as eks from "@pulumi/eks";
import type * as pulumi from "@pulumi/pulumi";

/** What every cell's cluster runs beside the VPC CNI and kube-proxy, which come with it. */
const ADDONS = [
  // Gives a pod the AWS rights of its service account's role.
  "eks-pod-identity-agent",
  "coredns",
  // Horizontal pod autoscalers read it.
  "metrics-server",
];

/** Makes the cluster's add-ons; they need nodes to run on. */
export function createAddons(
  name: string,
  cluster: eks.Cluster,
  opts: pulumi.CustomResourceOptions,
): eks.Addon[] {
  return ADDONS.map(
    (addonName) =>
      new eks.Addon(
        `${name}-${addonName}`,
        {
          cluster,
          addonName,
          resolveConflictsOnCreate: "OVERWRITE",
          resolveConflictsOnUpdate: "PRESERVE",
        },
        opts,
      ),
  );
}
