// Registers the SDK's classes, so that a cluster that travels here as a reference becomes one of them.
import type * as eks from "@pulumi/eks";
import "@pulumi/eks";
import "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** A cluster as another component is given it: itself, or the data at its core. */
export type ClusterReference = eks.Cluster | eks.types.output.CoreData;

/** What of a cluster its node groups and add-ons need. */
export interface Core {
  readonly clusterName: pulumi.Output<string>;
  readonly version: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;
}

/** Reads the core of a cluster, which its component keeps among its outputs. */
export function coreOf(reference: pulumi.Input<ClusterReference>): Core {
  const core = pulumi
    .output(reference)
    .apply((cluster) => ("core" in cluster ? cluster.core : pulumi.output(cluster)));
  return {
    clusterName: core.apply(({ cluster }) => cluster.name),
    version: core.apply(({ cluster }) => cluster.version),
    subnetIds: core.apply(({ subnetIds }) => subnetIds),
  };
}
