import * as eks from "@pulumi/eks";
import type * as pulumi from "@pulumi/pulumi";

/**
 * What CoreDNS serves: the usual of EKS without the reverse zones and without records of pods. By asking for the
 * addresses of services one after the other, a tenant would be told every other tenant's name.
 * Source: https://coredns.io/plugins/kubernetes/
 */
const COREFILE = `.:53 {
    errors
    health {
        lameduck 5s
    }
    ready
    kubernetes cluster.local {
        pods disabled
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
`;

/** What every cell's cluster runs beside the VPC CNI and kube-proxy, which come with it, and how it is configured. */
const ADDONS: readonly { addonName: string; configurationValues?: Record<string, string> }[] = [
  // Gives a pod the AWS rights of its service account's role.
  { addonName: "eks-pod-identity-agent" },
  { addonName: "coredns", configurationValues: { corefile: COREFILE } },
  // Horizontal pod autoscalers read it.
  { addonName: "metrics-server" },
];

/** Makes the cluster's add-ons; they need nodes to run on, and network policies to be reached by. */
export function createAddons(
  name: string,
  cluster: eks.Cluster,
  opts: pulumi.CustomResourceOptions,
): eks.Addon[] {
  return ADDONS.map(
    (addon) =>
      new eks.Addon(
        `${name}-${addon.addonName}`,
        { cluster, ...addon, resolveConflictsOnCreate: "OVERWRITE", resolveConflictsOnUpdate: "PRESERVE" },
        opts,
      ),
  );
}
