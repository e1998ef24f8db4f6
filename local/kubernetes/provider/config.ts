import type { CheckFailure } from "../../plugin/provider";
import { Unknown, type PluginMap } from "../../plugin/values";
import { textAt } from "./object";

/** The provider's settings that are offered locally. Others are refused by name. */
const SETTINGS = [
  "kubeconfig",
  "context",
  "namespace",
  "enableServerSideApply",
  "enableConfigMapMutable",
  "enableSecretMutable",
  "upsertExistingObjects",
  "deleteUnreachable",
  "skipUpdateUnreachable",
  "renderYamlToDirectory",
  "clusterIdentifier",
  "suppressDeprecationWarnings",
  "suppressHelmHookWarnings",
  "version",
];

/** The provider's settings. */
export interface ProviderSettings {
  /** Contents or path; undefined for the ambient one, unknown while the cluster doesn't exist yet. */
  readonly kubeconfig: string | Unknown | undefined;
  readonly context: string | undefined;
  /** Where objects go that name no namespace. */
  readonly namespace: string | undefined;
  readonly configMapsMutable: boolean;
  readonly secretsMutable: boolean;
  /** Take over objects that the cluster has already, instead of refusing to create them. */
  readonly upsert: boolean;
  /** Take a resource of an unreachable cluster for deleted. */
  readonly deleteUnreachable: boolean;
  /** Keep the state of a resource of an unreachable cluster as it is at a refresh. */
  readonly skipUpdateUnreachable: boolean;
  /** Write YAML files here, and touch no cluster. */
  readonly renderTo: string | undefined;
}

/** What is wrong with the settings. */
export function settingsFailures(config: PluginMap): CheckFailure[] {
  const failures = Object.keys(config)
    .filter((name) => !SETTINGS.includes(name))
    .map((property) => ({
      property,
      reason: `kubernetes provider: '${property}' is not supported by the local cloud`,
    }));
  if (isOn(config, "enableServerSideApply", true)) return failures;
  const reason = "kubernetes provider: only server-side apply is supported by the local cloud; expected true";
  return [...failures, { property: "enableServerSideApply", reason }];
}

/** Reads the settings that were checked. */
export function parseSettings(config: PluginMap): ProviderSettings {
  const kubeconfig = config["kubeconfig"];
  return {
    kubeconfig: kubeconfig instanceof Unknown ? kubeconfig : textAt(config, "kubeconfig"),
    context: textAt(config, "context"),
    namespace: textAt(config, "namespace"),
    configMapsMutable: isOn(config, "enableConfigMapMutable", false),
    secretsMutable: isOn(config, "enableSecretMutable", false),
    upsert: isOn(config, "upsertExistingObjects", false),
    deleteUnreachable: isOn(config, "deleteUnreachable", false),
    skipUpdateUnreachable: isOn(config, "skipUpdateUnreachable", false),
    renderTo: textAt(config, "renderYamlToDirectory"),
  };
}

/** Settings of a provider travel as text; the environment says those that the program doesn't. */
function isOn(config: PluginMap, name: string, otherwise: boolean): boolean {
  const said = config[name];
  if (said instanceof Unknown) return otherwise;
  const value = said ?? process.env[variableOf(name)] ?? otherwise;
  return value === true || value === "true";
}

/** `deleteUnreachable` is PULUMI_K8S_DELETE_UNREACHABLE in the environment; `ConfigMap` is one word there. */
function variableOf(name: string): string {
  const words = name.replace("ConfigMap", "Configmap").replace(/[A-Z]/g, (letter) => `_${letter}`);
  return `PULUMI_K8S_${words.toUpperCase()}`;
}
