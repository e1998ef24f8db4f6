import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Arguments of {@link CellKey}. */
export interface CellKeyArgs {
  /** The cell's name; the key's alias is `alias/tenantry/<cell>`. */
  readonly cell: string;
  /** The account the key belongs to, 12 digits. */
  readonly accountId: string;
  readonly region: string;
  /** ARN partition, for example `aws`. */
  readonly partition: string;
  /** Days from a deletion to the end of the key, 7 to 30. Default: 30. */
  readonly deletionWindowInDays?: number;
}

const defaults = { deletionWindowInDays: 30 } satisfies Partial<CellKeyArgs>;

/**
 * The key of what a cell's tenants share: its Kubernetes secrets and its logs. Nothing of a tenant's own is under it.
 *
 * ### Cost
 * 1 USD a month, and what its use costs.
 */
export class CellKey extends pulumi.ComponentResource {
  /** ARN of the key, once its alias is there too. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: CellKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantry:index:CellKey", name, {}, opts);
    const { deletionWindowInDays } = { ...defaults, ...args };
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: `What cell ${args.cell} shares: Kubernetes secrets, logs`,
        enableKeyRotation: true,
        deletionWindowInDays,
        policy: JSON.stringify(cellKeyPolicy(args)),
      },
      { parent: this },
    );
    new aws.kms.Alias(
      `${name}-alias`,
      { name: `alias/tenantry/${args.cell}`, targetKeyId: key.keyId },
      { parent: this },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * Who may use the key: whom IAM policies of the account allow, and CloudWatch Logs for this account's log groups.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function cellKeyPolicy({ accountId, region, partition }: CellKeyArgs): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ByIamPolicies",
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Sid: "LogsOfThisAccount",
        Effect: "Allow",
        Principal: { Service: `logs.${region}.amazonaws.com` },
        Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        Resource: "*",
        Condition: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${accountId}:log-group:*`,
          },
        },
      },
    ],
  };
}
