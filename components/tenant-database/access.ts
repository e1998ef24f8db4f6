import type { Cell } from "../cell";

/** What a tenant's right to its database is made of. */
export interface DatabaseAccess {
  /** RDS's own id of the instance, `db-…`; it is never used again, unlike the identifier. */
  readonly resourceId: string;
  readonly user: string;
  readonly secretArn: string;
  readonly keyArn: string;
}

/**
 * What a tenant's role may do with its database: read the instance's own secret, which is its master user's password,
 * decrypt that with the tenant's key through Secrets Manager, and ask for a log-in by IAM as that user of this very
 * instance. The database lets a user in by IAM only where the user is set up for it (`GRANT rds_iam` on PostgreSQL).
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
 */
export function databaseAccessPolicy(
  access: DatabaseAccess,
  cell: Pick<Cell, "accountId" | "region" | "partition">,
): object {
  const { accountId, region, partition } = cell;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "LogInAsOwnUser",
        Effect: "Allow",
        Action: "rds-db:connect",
        Resource: `arn:${partition}:rds-db:${region}:${accountId}:dbuser:${access.resourceId}/${access.user}`,
      },
      {
        Sid: "ReadOwnSecret",
        Effect: "Allow",
        Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        Resource: access.secretArn,
      },
      {
        Sid: "DecryptOwnSecret",
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: access.keyArn,
        Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
      },
    ],
  };
}
