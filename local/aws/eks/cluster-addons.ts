import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

type Tags = pulumi.Input<Record<string, pulumi.Input<string>>>;

/** What of the VPC CNI's official options is handled. */
export interface CniOptions {
  readonly enableNetworkPolicy?: pulumi.Input<boolean>;
  readonly enablePodEni?: pulumi.Input<boolean>;
  readonly disableTcpEarlyDemux?: pulumi.Input<boolean>;
  readonly enablePrefixDelegation?: pulumi.Input<boolean>;
  readonly logLevel?: pulumi.Input<string>;
  readonly configurationValues?: pulumi.Input<Record<string, unknown>>;
  readonly addonVersion?: pulumi.Input<string>;
}

const CNI_OPTIONS = [
  "enableNetworkPolicy",
  "enablePodEni",
  "disableTcpEarlyDemux",
  "enablePrefixDelegation",
  "logLevel",
  "configurationValues",
  "addonVersion",
];

/** What the SDK fills in for options that a program leaves out; they are the official component's own defaults. */
const SDK_DEFAULTS = [
  "cniConfigureRpfilter",
  "cniCustomNetworkCfg",
  "cniExternalSnat",
  "customNetworkConfig",
  "eniMtu",
  "externalSnat",
  "logFile",
  "nodePortSupport",
  "resolveConflictsOnCreate",
  "resolveConflictsOnUpdate",
  "securityContextPrivileged",
  "vethPrefix",
  "warmEniTarget",
];

/** Makes one of the add-ons that come with a cluster, of the version that EKS recommends. */
export function createAddon(
  name: string,
  addonName: string,
  cluster: aws.eks.Cluster,
  tags: Tags,
  opts: pulumi.CustomResourceOptions,
): aws.eks.Addon {
  return new aws.eks.Addon(
    name,
    {
      clusterName: cluster.name,
      addonName,
      addonVersion: versionOf(addonName, cluster, opts),
      preserve: true,
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      tags,
    },
    opts,
  );
}

function versionOf(addonName: string, cluster: aws.eks.Cluster, { parent }: pulumi.ResourceOptions) {
  return aws.eks.getAddonVersionOutput(
    { addonName, kubernetesVersion: cluster.version, mostRecent: true },
    { parent },
  ).version;
}

/** `eks:index:VpcCniAddon`: the VPC CNI with the official component's configuration. */
export class VpcCniAddon extends pulumi.ComponentResource {
  constructor(
    name: string,
    cluster: aws.eks.Cluster,
    options: CniOptions,
    tags: Tags,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("eks:index:VpcCniAddon", name, {}, opts);
    const refused = Object.keys(options).find(
      (option) => ![...CNI_OPTIONS, ...SDK_DEFAULTS].includes(option),
    );
    if (refused !== undefined) {
      throw new Error(
        `eks:index:Cluster: argument 'vpcCniOptions.${refused}' is not supported by the local cloud`,
      );
    }
    const addon = new aws.eks.Addon(
      name,
      {
        clusterName: cluster.name,
        addonName: "vpc-cni",
        addonVersion: options.addonVersion ?? versionOf("vpc-cni", cluster, { parent: this }),
        configurationValues: pulumi.output(options).apply((known) => JSON.stringify(configurationOf(known))),
        preserve: true,
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        tags,
      },
      { parent: this },
    );
    this.registerOutputs({ addon });
  }
}

/** The add-on's configuration: every value as text, keys in order. */
export function configurationOf(options: pulumi.Unwrap<CniOptions>): Record<string, unknown> {
  const env: Record<string, string> = {
    AWS_VPC_ENI_MTU: "9001",
    AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "false",
    AWS_VPC_K8S_CNI_EXTERNALSNAT: "false",
    AWS_VPC_K8S_CNI_LOGLEVEL: options.logLevel ?? "DEBUG",
    AWS_VPC_K8S_CNI_LOG_FILE: "/host/var/log/aws-routed-eni/ipamd.log",
    AWS_VPC_K8S_CNI_VETHPREFIX: "eni",
    AWS_VPC_K8S_PLUGIN_LOG_FILE: "/var/log/aws-routed-eni/plugin.log",
    AWS_VPC_K8S_PLUGIN_LOG_LEVEL: "DEBUG",
    ENABLE_POD_ENI: String(options.enablePodEni ?? false),
    WARM_ENI_TARGET: "1",
  };
  if (options.enablePrefixDelegation !== undefined) {
    env["ENABLE_PREFIX_DELEGATION"] = String(options.enablePrefixDelegation);
  }
  const { env: extraEnv, ...extra } = (options.configurationValues ?? {}) as { env?: Record<string, string> };
  return sorted({
    enableNetworkPolicy: String(options.enableNetworkPolicy ?? false),
    env: sorted({ ...env, ...extraEnv }),
    init: { env: { DISABLE_TCP_EARLY_DEMUX: String(options.disableTcpEarlyDemux ?? false) } },
    ...extra,
  });
}

function sorted<T>(values: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1)));
}
