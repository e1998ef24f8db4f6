import { AwsError, defineResource, type Context } from "../../framework";
import { trusts } from "../iam/documents";
import { clusterReference, eksRoleReference, resourceInUse } from "./shared";

/** The role that pods of one service account take on. */
export const podIdentityAssociation = defineResource({
  type: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  service: "EKS",
  operations: {
    create: "CreatePodIdentityAssociation",
    read: "DescribePodIdentityAssociation",
    update: "UpdatePodIdentityAssociation",
    delete: "DeletePodIdentityAssociation",
  },
  taggable: true,
  required: ["clusterName", "namespace", "roleArn", "serviceAccount"],
  defaults: () => ({ disableSessionTags: false }),
  computed: ["associationArn", "associationId", "externalId"],
  replaces: ["clusterName", "namespace", "serviceAccount"],
  idInImport: (imported) => imported.slice(imported.indexOf(",") + 1),
  references: [clusterReference("cascade"), eksRoleReference("roleArn"), eksRoleReference("targetRoleArn")],
  unique: [
    {
      key: ({ inputs }) =>
        ["clusterName", "namespace", "serviceAccount"].map((name) => inputs.stringOr(name, "")).join("/"),
      taken: resourceInUse((_key, holder = "") => `Association already exists: ${holder}`),
    },
  ],
  quotas: [
    {
      key: "eks.podIdentityAssociationsPerCluster",
      limit: 5_000,
      per: ["clusterName"],
      exceeded: {
        code: "ResourceLimitExceededException",
        message: (limit) => `You have reached the limit of ${limit} Pod Identity associations in a cluster.`,
      },
    },
  ],
  latency: { create: 2, update: 1, delete: 1 },
  async create(context) {
    await requireTrust(context);
    const associationId = `a-${context.letters(17).toLowerCase()}`;
    const cluster = context.inputs.stringOr("clusterName", "");
    const associationArn = context.arn("eks", `podidentityassociation/${cluster}/${associationId}`);
    return {
      id: associationId,
      arn: associationArn,
      outputs: { associationArn, associationId, externalId: "" },
    };
  },
  async update(context) {
    await requireTrust(context);
    return {};
  },
});

/** EKS takes no role that its Pod Identity service could not assume for the pods, session tags included. */
async function requireTrust(context: Context): Promise<void> {
  const arn = context.inputs.stringOr("roleArn", "");
  const role = await context.find("aws:iam/role:Role", arn, "arn");
  const document = role?.state.assumeRolePolicy;
  if (typeof document !== "string") return;
  if (trusts(document, "pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"])) return;
  throw new AwsError(
    "InvalidParameterException",
    `The trust policy of role ${arn} must allow pods.eks.amazonaws.com to sts:AssumeRole and sts:TagSession.`,
  );
}
