import * as pulumi from "@pulumi/pulumi";

/** Type token of the cluster component. */
export const CLUSTER_TYPE = "eks:index:Cluster";

/** A role that a component was given. */
export class RoleReference extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, urn: string) {
    super("aws:iam/role:Role", name, { arn: undefined }, { urn });
  }
}

/** The cluster itself, at the core of a cluster component that another one was given. */
export class AwsClusterReference extends pulumi.CustomResource {
  /** The cluster's name on AWS. */
  declare readonly name: pulumi.Output<string>;
  /** Kubernetes version. */
  declare readonly version: pulumi.Output<string>;

  constructor(name: string, urn: string) {
    super("aws:eks/cluster:Cluster", name, { name: undefined, version: undefined }, { urn });
  }
}

/** What of a cluster's core its node groups and add-ons use. */
export interface Core {
  readonly cluster: AwsClusterReference;
  /** Public ones, then private ones. */
  readonly subnetIds: readonly string[];
}

/** A cluster component that another one was given. */
export class ClusterReference extends pulumi.ComponentResource {
  declare readonly core: pulumi.Output<Core>;

  constructor(name: string, urn: string) {
    super(CLUSTER_TYPE, name, { core: undefined }, { urn }, true);
  }
}

/** A cluster as node groups take it: the component, or what is at its core. */
export type ClusterOrCore = ClusterReference | Core;

/** What node groups and add-ons need of a cluster. Its core holds the kubeconfig, a secret; these are none. */
export interface ClusterFacts {
  readonly clusterName: pulumi.Output<string>;
  readonly version: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;
}

/** Reads a cluster's core. */
export function factsOf(given: pulumi.Input<ClusterOrCore>): ClusterFacts {
  const core = pulumi.unsecret(
    pulumi
      .output(given)
      .apply((cluster) => (cluster instanceof ClusterReference ? cluster.core : pulumi.output(cluster))),
  );
  return {
    clusterName: pulumi.unsecret(core.apply(({ cluster }) => cluster.name)),
    version: pulumi.unsecret(core.apply(({ cluster }) => cluster.version)),
    subnetIds: core.apply(({ subnetIds }) => [...subnetIds]),
  };
}

/**
 * Makes resources out of the references that components are given as arguments; references to anything else stay ids.
 * The SDK's own packages would do it too, and take most of the plugin's start.
 */
export function registerReferences(): void {
  register("eks", "index", (name, urn) => new ClusterReference(name, urn));
  register("aws", "eks/cluster", (name, urn) => new AwsClusterReference(name, urn));
  register("aws", "iam/role", (name, urn) => new RoleReference(name, urn));
}

function register(pkg: string, module: string, make: (name: string, urn: string) => pulumi.Resource): void {
  pulumi.runtime.registerResourceModule(pkg, module, {
    construct: (name: string, _type: string, urn: string) => make(name, urn),
  });
}
