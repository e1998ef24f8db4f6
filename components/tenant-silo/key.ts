import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Cell } from "../cell";
import type { TenantNames } from "../rules/tenant-names";

/**
 * Days between a key's deletion and its end, in which the deletion can be taken back. What the key encrypted,
 * the final snapshot too, can be read for as long.
 * Source of the range, 7 to 30: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
 */
const DELETION_WINDOW_DAYS = 30;

/** Actions that manage a key and cannot use it. */
const ADMINISTRATION = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:Describe*",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:Get*",
  "kms:List*",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

const USE = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/** What a tenant's key depends on. */
export interface KeyArgs {
  readonly tenantId: string;
  readonly names: TenantNames;
  readonly cell: Pick<Cell, "name" | "accountId" | "region" | "partition">;
}

/**
 * Policy of a tenant's key. IAM policies of the account can manage it, and can use it only through RDS and Secrets
 * Manager: a principal with `kms:Decrypt` on everything still cannot decrypt with it directly. CloudWatch Logs uses it
 * for the log groups of the tenant's own database.
 */
export function keyPolicy(args: KeyArgs): object {
  const { accountId, region, partition } = args.cell;
  const account = { AWS: `arn:${partition}:iam::${accountId}:root` };
  const services = ["rds", "secretsmanager"].map((service) => `${service}.${region}.amazonaws.com`);
  const throughServices = { "kms:CallerAccount": accountId, "kms:ViaService": services };
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "Administration", Effect: "Allow", Principal: account, Action: ADMINISTRATION, Resource: "*" },
      {
        Sid: "UseThroughServices",
        Effect: "Allow",
        Principal: account,
        Action: USE,
        Resource: "*",
        Condition: { StringEquals: throughServices },
      },
      {
        Sid: "GrantsOfServices",
        Effect: "Allow",
        Principal: account,
        Action: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
        Resource: "*",
        Condition: { StringEquals: throughServices, Bool: { "kms:GrantIsForAWSResource": "true" } },
      },
      {
        Sid: "DatabaseLogs",
        Effect: "Allow",
        Principal: { Service: `logs.${region}.amazonaws.com` },
        Action: USE,
        Resource: "*",
        Condition: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/rds/instance/${args.names.databaseIdentifier}/*`,
          },
        },
      },
    ],
  };
}

/** Makes the tenant's key and its alias. */
export function createKey(name: string, args: KeyArgs, opts: pulumi.CustomResourceOptions): aws.kms.Key {
  const key = new aws.kms.Key(
    `${name}-key`,
    {
      description: `Data of tenant ${args.tenantId} in cell ${args.cell.name}`,
      enableKeyRotation: true,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      policy: JSON.stringify(keyPolicy(args)),
    },
    opts,
  );
  new aws.kms.Alias(`${name}-key`, { name: args.names.keyAlias, targetKeyId: key.keyId }, opts);
  return key;
}
