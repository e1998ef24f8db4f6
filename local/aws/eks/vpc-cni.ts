import { Addon } from "@pulumi/aws/eks/addon";
import type { Cluster } from "@pulumi/aws/eks/cluster";
import * as pulumi from "@pulumi/pulumi";
import type { Arguments } from "../components/arguments";
import { addonVersion } from "./cluster-addons";

/** Options that become variables of the add-on, with the official component's defaults. */
const VARIABLES = {
  customNetworkConfig: ["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", undefined],
  externalSnat: ["AWS_VPC_K8S_CNI_EXTERNALSNAT", undefined],
  cniCustomNetworkCfg: ["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "false"],
  cniExternalSnat: ["AWS_VPC_K8S_CNI_EXTERNALSNAT", "false"],
  eniConfigLabelDef: ["ENI_CONFIG_LABEL_DEF", undefined],
  eniMtu: ["AWS_VPC_ENI_MTU", "9001"],
  enablePodEni: ["ENABLE_POD_ENI", "false"],
  enablePrefixDelegation: ["ENABLE_PREFIX_DELEGATION", undefined],
  logFile: ["AWS_VPC_K8S_CNI_LOG_FILE", "/host/var/log/aws-routed-eni/ipamd.log"],
  logLevel: ["AWS_VPC_K8S_CNI_LOGLEVEL", "DEBUG"],
  nodePortSupport: ["AWS_VPC_CNI_NODE_PORT_SUPPORT", undefined],
  cniConfigureRpfilter: ["AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER", undefined],
  vethPrefix: ["AWS_VPC_K8S_CNI_VETHPREFIX", "eni"],
  warmEniTarget: ["WARM_ENI_TARGET", "1"],
  warmIpTarget: ["WARM_IP_TARGET", undefined],
  warmPrefixTarget: ["WARM_PREFIX_TARGET", undefined],
} as const satisfies Record<string, readonly [string, string | undefined]>;

const OTHERS = [
  "addonVersion",
  "configurationValues",
  "disableTcpEarlyDemux",
  "enableNetworkPolicy",
  "resolveConflictsOnCreate",
  "resolveConflictsOnUpdate",
  "serviceAccountRoleArn",
];

/** Names of the options in the argument `vpcCniOptions`. */
export const VPC_CNI_OPTIONS: readonly string[] = [...Object.keys(VARIABLES), ...OTHERS];

/** Variables that every VPC CNI gets. */
const FIXED = {
  AWS_VPC_K8S_PLUGIN_LOG_FILE: "/var/log/aws-routed-eni/plugin.log",
  AWS_VPC_K8S_PLUGIN_LOG_LEVEL: "DEBUG",
};

/** `eks:index:VpcCniAddon`: the VPC CNI with the official component's configuration. */
export class VpcCniAddon extends pulumi.ComponentResource {
  constructor(
    name: string,
    cluster: Cluster,
    options: Arguments | undefined,
    tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("eks:index:VpcCniAddon", name, {}, opts);
    const addon = new Addon(
      name,
      {
        clusterName: cluster.name,
        addonName: "vpc-cni",
        addonVersion: options?.input("addonVersion") ?? addonVersion("vpc-cni", cluster, this),
        configurationValues: pulumi
          .output(options?.inputs(VPC_CNI_OPTIONS) ?? {})
          .apply((known) => JSON.stringify(configurationOf(known))),
        preserve: true,
        resolveConflictsOnCreate: options?.input("resolveConflictsOnCreate") ?? "OVERWRITE",
        resolveConflictsOnUpdate: options?.input("resolveConflictsOnUpdate") ?? "OVERWRITE",
        serviceAccountRoleArn: options?.input("serviceAccountRoleArn"),
        tags,
      },
      { parent: this },
    );
    this.registerOutputs({ addon });
  }
}

/** The add-on's configuration: every value as text, keys in order; what the program configures by itself is laid over it. */
export function configurationOf(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const variables: Record<string, unknown> = { ...FIXED };
  for (const [option, [variable, standard]] of Object.entries(VARIABLES)) {
    const given = options[option];
    // As the official component does, an option that is off or 0 counts as not given.
    if (given) variables[variable] = textOf(given);
    else if (standard !== undefined) variables[variable] ??= standard;
  }
  const { enableNetworkPolicy, disableTcpEarlyDemux, configurationValues } = options;
  const own = recordOf(configurationValues);
  const init = recordOf(own["init"]);
  return sorted({
    ...(enableNetworkPolicy === undefined ? {} : { enableNetworkPolicy: textOf(enableNetworkPolicy) }),
    ...own,
    env: { ...variables, ...recordOf(own["env"]) },
    init: {
      ...init,
      env: { DISABLE_TCP_EARLY_DEMUX: textOf(disableTcpEarlyDemux ?? false), ...recordOf(init["env"]) },
    },
  });
}

/** A scalar option as text; the component's arguments admit no other. */
function textOf(option: unknown): string {
  return typeof option === "string" ? option : JSON.stringify(option);
}

function sorted(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, value]) => [name, isRecord(value) ? sorted(value) : value]),
  );
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
