import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentDefinition } from "../components/serve";
import { coreOf, type ClusterReference } from "./core";

interface AddonArgs {
  readonly cluster: pulumi.Input<ClusterReference>;
  readonly addonName: pulumi.Input<string>;
  readonly configurationValues?: pulumi.Input<Record<string, unknown>>;
}

/** `eks:index:Addon`. */
export const addonComponent: ComponentDefinition = {
  supports: [
    "cluster",
    "addonName",
    "addonVersion",
    "configurationValues",
    "preserve",
    "resolveConflictsOnCreate",
    "resolveConflictsOnUpdate",
    "serviceAccountRoleArn",
    "tags",
  ],
  construct(name, inputs, options) {
    const addon = new Addon(name, parse(inputs), options);
    return { component: addon, outputs: { addon: addon.addon } };
  },
};

function parse(inputs: pulumi.Inputs): AddonArgs {
  return {
    ...inputs,
    cluster: inputs["cluster"] as pulumi.Input<ClusterReference>,
    addonName: inputs["addonName"] as pulumi.Input<string>,
  };
}

class Addon extends pulumi.ComponentResource {
  readonly addon: aws.eks.Addon;

  constructor(name: string, args: AddonArgs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:Addon", name, {}, opts);
    const { cluster, configurationValues, ...rest } = args;
    this.addon = new aws.eks.Addon(
      name,
      {
        ...rest,
        clusterName: coreOf(cluster).clusterName,
        configurationValues: configurationValues && pulumi.jsonStringify(configurationValues),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
