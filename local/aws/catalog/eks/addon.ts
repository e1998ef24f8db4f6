import { AwsError, defineInvoke, defineResource, type Context } from "../../framework";
import {
  CLUSTER,
  clusterReference,
  eksRoleReference,
  invalidParameter,
  resourceInUse,
  timestamp,
} from "./shared";
import { DEFAULT_VERSION, newestAddonVersion } from "./versions";

/** An add-on of a cluster: known to the account only, nothing is installed in the local Kubernetes API. */
export const addon = defineResource({
  type: "aws:eks/addon:Addon",
  service: "EKS",
  operations: {
    create: "CreateAddon",
    read: "DescribeAddon",
    update: "UpdateAddon",
    delete: "DeleteAddon",
  },
  taggable: true,
  required: ["addonName", "clusterName"],
  json: ["configurationValues"],
  check(inputs) {
    return ["resolveConflictsOnCreate", "resolveConflictsOnUpdate"].flatMap((property) => {
      const value = inputs.string(property);
      const allowed = property.endsWith("Create") ? ["NONE", "OVERWRITE"] : ["NONE", "OVERWRITE", "PRESERVE"];
      return value === undefined || allowed.includes(value)
        ? []
        : [{ property, reason: `"${value}" is not one of ${allowed.join(", ")}` }];
    });
  },
  computed: ["addonVersion", "arn", "configurationValues", "createdAt", "modifiedAt"],
  volatile: ["modifiedAt"],
  replaces: ["addonName", "clusterName"],
  references: [
    clusterReference("cascade"),
    eksRoleReference("serviceAccountRoleArn"),
    eksRoleReference("podIdentityAssociations[*].roleArn"),
  ],
  unique: [
    {
      key: (context) =>
        `${context.inputs.stringOr("clusterName", "")}/${context.inputs.stringOr("addonName", "")}`,
      taken: resourceInUse(() => "Addon already exists."),
    },
  ],
  latency: { create: 30, update: 20, delete: 15 },
  async create(context) {
    const addonVersion = await versionOf(context);
    const cluster = context.inputs.stringOr("clusterName", "");
    const name = context.inputs.stringOr("addonName", "");
    const arn = context.arn("eks", `addon/${cluster}/${name}/${context.uuid()}`);
    const at = timestamp();
    return {
      id: `${cluster}:${name}`,
      arn,
      outputs: { arn, addonVersion, configurationValues: "", createdAt: at, modifiedAt: at },
    };
  },
  async update(context) {
    await versionOf(context);
    return { modifiedAt: timestamp() };
  },
});

/** The newest version of an add-on, or the cluster's default one, which is the same here. */
export const getAddonVersion = defineInvoke({
  token: "aws:eks/getAddonVersion:getAddonVersion",
  service: "EKS",
  operation: "DescribeAddonVersions",
  invoke({ inputs }) {
    const name = inputs.stringOr("addonName", "");
    const version = newestAddonVersion(name, inputs.stringOr("kubernetesVersion", DEFAULT_VERSION));
    if (version === undefined) throw notSupported(name);
    return { id: name, version };
  },
});

async function versionOf(context: Context): Promise<string> {
  const { inputs } = context;
  const name = inputs.stringOr("addonName", "");
  const found = await context.find(CLUSTER, inputs.stringOr("clusterName", ""));
  const clusterVersion = typeof found?.state.version === "string" ? found.state.version : DEFAULT_VERSION;
  const newest = newestAddonVersion(name, clusterVersion);
  if (newest === undefined) throw notSupported(name);
  refuseConfiguration(inputs.stringOr("configurationValues", ""));
  const version = inputs.stringOr("addonVersion", newest);
  if (!/^v\d+\.\d+\.\d+(-[\w.]+)*-eksbuild\.\d+$/.test(version)) {
    throw invalid(`Addon version specified is not supported: ${version}; expected one such as ${newest}`);
  }
  return version;
}

function refuseConfiguration(text: string): void {
  if (text === "") return;
  try {
    JSON.parse(text);
  } catch {
    throw invalid("ConfigurationValue is not in valid JSON or YAML format.");
  }
}

function notSupported(name: string): AwsError {
  return invalid(`Addon ${name} specified is not supported`);
}

function invalid(message: string): AwsError {
  const { code } = invalidParameter(() => message);
  return new AwsError(code, message);
}
