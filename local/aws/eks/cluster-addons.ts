import { Addon } from "@pulumi/aws/eks/addon";
import type { Cluster } from "@pulumi/aws/eks/cluster";
import { getAddonVersionOutput } from "@pulumi/aws/eks/getAddonVersion";
import * as pulumi from "@pulumi/pulumi";
import type { Arguments } from "../components/arguments";
import type { ClusterArguments } from "./arguments";

const OPTIONS = [
  "configurationValues",
  "enabled",
  "resolveConflictsOnCreate",
  "resolveConflictsOnUpdate",
  "version",
];

/** Makes kube-proxy, unless switched off, and CoreDNS, where asked for: there is no default node group to run it. */
export function createClusterAddons(
  name: string,
  args: ClusterArguments,
  cluster: Cluster,
  parent: pulumi.Resource,
): void {
  const proxy = args.given.nested("kubeProxyAddonOptions", OPTIONS);
  if (proxy?.flag("enabled") !== false) createAddon(name, "kube-proxy", proxy, args, cluster, parent);
  const dns = args.given.nested("corednsAddonOptions", OPTIONS);
  if (dns?.flag("enabled") === true) createAddon(name, "coredns", dns, args, cluster, parent);
}

/** The version of an add-on that EKS recommends for a cluster. */
export function addonVersion(
  addonName: string,
  cluster: Cluster,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const args = { addonName, kubernetesVersion: cluster.version, mostRecent: true };
  return getAddonVersionOutput(args, { parent }).version;
}

function createAddon(
  name: string,
  addonName: string,
  options: Arguments | undefined,
  args: ClusterArguments,
  cluster: Cluster,
  parent: pulumi.Resource,
): void {
  const configuration = options?.input<Record<string, unknown>>("configurationValues");
  new Addon(
    `${name}-${addonName}`,
    {
      clusterName: cluster.name,
      addonName,
      addonVersion: options?.input("version") ?? addonVersion(addonName, cluster, parent),
      configurationValues: configuration === undefined ? undefined : pulumi.jsonStringify(configuration),
      preserve: true,
      resolveConflictsOnCreate: options?.input("resolveConflictsOnCreate") ?? "OVERWRITE",
      resolveConflictsOnUpdate: options?.input("resolveConflictsOnUpdate") ?? "OVERWRITE",
      tags: args.tags,
    },
    { parent },
  );
}
