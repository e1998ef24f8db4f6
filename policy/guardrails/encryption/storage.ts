import { resourcePolicy } from "../define";
import { has, isTrue, list, number, text } from "../properties";

/** Log groups are encrypted under a customer managed key and don't grow for ever. */
export const logsEncrypted = resourcePolicy({
  name: "logs-encrypted",
  description: "CloudWatch log groups are encrypted under a customer managed KMS key and have a retention.",
  severity: "medium",
  remediationSteps: "Set kmsKeyId and retentionInDays.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  *check({ props }) {
    if (!has(props, "kmsKeyId")) yield "kmsKeyId: missing; expected a customer managed KMS key";
    if (!has(props, "retentionInDays")) yield "retentionInDays: missing; expected a number of days";
  },
});

/** Secrets are encrypted under a customer managed key, so that a tenant's secrets open with its key only. */
export const secretsEncrypted = resourcePolicy({
  name: "secrets-encrypted",
  description: "Secrets Manager secrets are encrypted under a customer managed KMS key.",
  severity: "high",
  remediationSteps: "Set kmsKeyId to the tenant's key.",
  url: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
  types: ["aws:secretsmanager/secret:Secret"],
  *check({ props }) {
    if (!has(props, "kmsKeyId")) yield "kmsKeyId: missing; expected the tenant's KMS key";
  },
});

/** The disks of nodes are encrypted, and their metadata service cannot be reached from pods. */
export const nodesHardened = resourcePolicy({
  name: "nodes-hardened",
  description:
    "Node disks are encrypted; the instance metadata service asks for a token and answers one hop away only.",
  severity: "critical",
  remediationSteps:
    "Set blockDeviceMappings[].ebs.encrypted; metadataOptions httpTokens=required, httpPutResponseHopLimit=1.",
  url: "https://aws.github.io/aws-eks-best-practices/security/docs/iam/",
  types: ["aws:ec2/launchTemplate:LaunchTemplate"],
  *check({ props }) {
    for (const disk of list(props, "blockDeviceMappings")) {
      if (has(disk, "ebs") && !isTrue(disk, "ebs.encrypted")) {
        yield `blockDeviceMappings: '${text(disk, "deviceName")}' is not encrypted; expected ebs.encrypted true`;
      }
    }
    if (text(props, "metadataOptions.httpTokens") !== "required") {
      yield "metadataOptions.httpTokens: expected 'required'";
    }
    const hops = number(props, "metadataOptions.httpPutResponseHopLimit");
    if (hops !== 1) yield `metadataOptions.httpPutResponseHopLimit: ${hops ?? "not set"}; expected 1`;
  },
});

/** S3 buckets lose their content on purpose only. */
export const bucketsKept = resourcePolicy({
  name: "buckets-kept",
  description: "S3 buckets are not emptied when they are destroyed, and carry no public access list.",
  severity: "high",
  remediationSteps: "Leave forceDestroy unset; keep acl private.",
  types: (type) => /^aws:s3\/bucket(V2)?:/.test(type),
  *check({ props }) {
    if (isTrue(props, "forceDestroy"))
      yield "forceDestroy: true; expected false, as it deletes a tenant's objects";
    if ((text(props, "acl") ?? "private").startsWith("public"))
      yield `acl: '${text(props, "acl")}'; expected 'private'`;
  },
});
