import { asText, AwsError, defineResource, type Context, type Reference } from "../../framework";
import { CLUSTER, clusterReference, invalidParameter, resourceInUse, timestamp } from "./shared";

const ENTRY = "aws:eks/accessEntry:AccessEntry";
const ENTRY_TYPES: readonly string[] = [
  "STANDARD",
  "EC2_LINUX",
  "EC2_WINDOWS",
  "FARGATE_LINUX",
  "EC2",
  "HYBRID_LINUX",
];
const RESERVED_GROUPS = /^(system:|eks:|aws:|amazon:|iam:)/;

/** Access policies that EKS keeps. */
const ACCESS_POLICIES: ReadonlySet<string> = new Set([
  "AmazonEKSAdminPolicy",
  "AmazonEKSAdminViewPolicy",
  "AmazonEKSAutoNodePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSClusterAdminPolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSEditPolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
  "AmazonEKSSecretReaderPolicy",
  "AmazonEKSViewPolicy",
]);

const PRINCIPAL: Reference = {
  property: "principalArn",
  to: ["aws:iam/role:Role"],
  by: "arn",
  missing: invalidParameter(
    (arn) => `The specified principalArn is invalid: invalid principal. (${arn} does not exist)`,
  ),
  external: (arn) => !arn.includes(":role/") || arn.includes(":role/aws-"),
  onDelete: "ignore",
};

/** What an IAM principal may do in a cluster; a real right locally only by the RBAC bound to its groups. */
export const accessEntry = defineResource({
  type: ENTRY,
  service: "EKS",
  operations: {
    create: "CreateAccessEntry",
    read: "DescribeAccessEntry",
    update: "UpdateAccessEntry",
    delete: "DeleteAccessEntry",
  },
  taggable: true,
  required: ["clusterName", "principalArn"],
  check(inputs) {
    const type = inputs.string("type");
    return type === undefined || ENTRY_TYPES.includes(type)
      ? []
      : [{ property: "type", reason: `"${type}" is not one of ${ENTRY_TYPES.join(", ")}` }];
  },
  defaults: () => ({ type: "STANDARD" }),
  computed: ["accessEntryArn", "createdAt", "modifiedAt", "kubernetesGroups", "userName"],
  volatile: ["modifiedAt"],
  sets: ["kubernetesGroups"],
  replaces: ["clusterName", "principalArn", "type"],
  references: [clusterReference("cascade"), PRINCIPAL],
  unique: [
    {
      key: entryKey,
      taken: resourceInUse(() => "The specified access entry resource is already in use on this cluster."),
    },
  ],
  latency: { create: 2, update: 2, delete: 1 },
  async create(context) {
    await requireApiMode(context);
    refuseGroups(context);
    const arn = context.inputs.stringOr("principalArn", "");
    const [kind = "role", ...rest] = arn.slice(arn.lastIndexOf(":") + 1).split("/");
    const name = rest.join("/");
    const cluster = context.inputs.stringOr("clusterName", "");
    const accessEntryArn = context.arn(
      "eks",
      `access-entry/${cluster}/${kind}/${context.accountId}/${name}/${context.uuid()}`,
    );
    const at = timestamp();
    const nodes = context.inputs.stringOr("type", "STANDARD") !== "STANDARD";
    return {
      id: entryKey(context),
      arn: accessEntryArn,
      outputs: {
        accessEntryArn,
        createdAt: at,
        modifiedAt: at,
        kubernetesGroups: nodes ? ["system:nodes"] : [],
        userName: userName(context, arn, name, nodes),
      },
    };
  },
  update(context) {
    refuseGroups(context);
    return { modifiedAt: timestamp() };
  },
});

/** An access policy's hold on an entry. */
export const accessPolicyAssociation = defineResource({
  type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  service: "EKS",
  operations: {
    create: "AssociateAccessPolicy",
    read: "ListAssociatedAccessPolicies",
    delete: "DisassociateAccessPolicy",
  },
  required: ["accessScope", "clusterName", "policyArn", "principalArn"],
  check(inputs) {
    const type = inputs.string("accessScope.type");
    const namespaces = inputs.strings("accessScope.namespaces");
    if (type === undefined) return [];
    if (type !== "cluster" && type !== "namespace")
      return [{ property: "accessScope.type", reason: `"${type}" is not one of cluster, namespace` }];
    if (type === "cluster" && namespaces.length > 0)
      return [{ property: "accessScope.namespaces", reason: `is not for the scope "cluster"` }];
    return [];
  },
  computed: ["associatedAt", "modifiedAt"],
  replaces: ["accessScope", "clusterName", "policyArn", "principalArn"],
  references: [clusterReference("cascade")],
  unique: [
    {
      key: (context) => `${entryKey(context)}#${context.inputs.stringOr("policyArn", "")}`,
      taken: resourceInUse(() => "The access policy is already associated with the access entry."),
    },
  ],
  latency: { create: 2, delete: 1 },
  async create(context) {
    const policy = context.inputs.stringOr("policyArn", "");
    const [, name = ""] = /^arn:[^:]+:eks::aws:cluster-access-policy\/(\w+)$/.exec(policy) ?? [];
    if (!ACCESS_POLICIES.has(name)) {
      throw new AwsError(
        "InvalidParameterException",
        `The policyArn parameter format is not valid: ${policy}`,
      );
    }
    const entry = await context.get(
      ENTRY,
      entryKey(context),
      new AwsError(
        "ResourceNotFoundException",
        `The specified principalArn could not be found. You must create an access entry for it: ${context.inputs.stringOr("principalArn", "")}`,
        404,
      ),
    );
    const type = asText(entry.state.type);
    if (type !== "STANDARD") {
      throw new AwsError(
        "InvalidRequestException",
        `Access policies cannot be associated with access entries of type ${type}`,
      );
    }
    const at = timestamp();
    const cluster = context.inputs.stringOr("clusterName", "");
    const id = `${cluster}#${context.inputs.stringOr("principalArn", "")}#${policy}`;
    return { id, arn: "", outputs: { associatedAt: at, modifiedAt: at } };
  },
});

function entryKey({ inputs }: Pick<Context, "inputs">): string {
  return `${inputs.stringOr("clusterName", "")}:${inputs.stringOr("principalArn", "")}`;
}

async function requireApiMode(context: Context): Promise<void> {
  const found = await context.find(CLUSTER, context.inputs.stringOr("clusterName", ""));
  const access = found?.state.accessConfig;
  if (JSON.stringify(access ?? "").includes("API")) return;
  throw new AwsError(
    "InvalidRequestException",
    "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
  );
}

function refuseGroups({ inputs }: Context): void {
  const groups = inputs.strings("kubernetesGroups");
  const reserved = groups.find((group) => RESERVED_GROUPS.test(group));
  if (reserved !== undefined) {
    throw new AwsError(
      "InvalidParameterException",
      `The kubernetes group name ${reserved} is invalid, it cannot start with ${reserved.split(":")[0]}:`,
    );
  }
  if (inputs.stringOr("type", "STANDARD") !== "STANDARD" && groups.length > 0) {
    throw new AwsError(
      "InvalidParameterException",
      `The kubernetesGroups can only be set for access entries of type STANDARD`,
    );
  }
}

function userName(context: Context, arn: string, name: string, nodes: boolean): string {
  if (nodes) return "system:node:{{EC2PrivateDNSName}}";
  return arn.includes(":role/")
    ? `arn:${context.partition}:sts::${context.accountId}:assumed-role/${name.split("/").pop() ?? ""}/{{SessionName}}`
    : arn;
}
