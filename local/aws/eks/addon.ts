import { Addon as AwsAddon } from "@pulumi/aws/eks/addon";
import * as pulumi from "@pulumi/pulumi";
import { Arguments } from "../components/arguments";
import type { ComponentDefinition } from "../components/serve";
import { ClusterReference, factsOf } from "./references";

const TYPE = "eks:index:Addon";

const SUPPORTED: readonly string[] = [
  "addonName",
  "addonVersion",
  "cluster",
  "configurationValues",
  "preserve",
  "resolveConflictsOnCreate",
  "resolveConflictsOnUpdate",
  "serviceAccountRoleArn",
  "tags",
];

/** `eks:index:Addon`: whatever its parent in the program, it stands under its cluster. */
export const addonComponent: ComponentDefinition = {
  supports: SUPPORTED,
  async construct(name, inputs, options) {
    const args = new Arguments({ type: TYPE, names: SUPPORTED }, inputs);
    const cluster = await resolved(args);
    const addon = new Addon(name, cluster, args, { ...options, parent: cluster });
    return { component: addon, outputs: { addon: addon.addon } };
  },
};

class Addon extends pulumi.ComponentResource {
  readonly addon: AwsAddon;

  constructor(
    name: string,
    cluster: ClusterReference,
    args: Arguments,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super(TYPE, name, {}, opts);
    const configuration = args.input<Record<string, unknown>>("configurationValues");
    this.addon = new AwsAddon(
      name,
      {
        addonName: args.input<string>("addonName") ?? args.refuse("addonName", "is missing"),
        addonVersion: args.input("addonVersion"),
        clusterName: factsOf(cluster).clusterName,
        configurationValues: configuration === undefined ? undefined : pulumi.jsonStringify(configuration),
        preserve: args.input("preserve"),
        resolveConflictsOnCreate: args.input("resolveConflictsOnCreate"),
        resolveConflictsOnUpdate: args.input("resolveConflictsOnUpdate"),
        serviceAccountRoleArn: args.input("serviceAccountRoleArn"),
        tags: args.input("tags"),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** The cluster itself: a parent must be known, and the engine knows every component's URN at once. */
async function resolved(args: Arguments): Promise<ClusterReference> {
  const given = args.input<ClusterReference>("cluster");
  const cluster = await new Promise((resolve) => pulumi.output(given).apply(resolve));
  if (cluster instanceof ClusterReference) return cluster;
  return args.refuse("cluster", "is not a cluster");
}
