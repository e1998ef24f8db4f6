import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tenantBoundaryName } from "../rules/boundary-name";
import { nameInCell } from "../rules/tenant-names";

/** Arguments of {@link TenantBoundary}. */
export interface TenantBoundaryArgs {
  readonly cell: string;
  readonly accountId: string;
  readonly region: string;
  /** ARN partition, for example `aws`. */
  readonly partition: string;
}

/**
 * The permissions boundary that every tenant's role of a cell carries: whatever is attached to such a role later, it
 * reaches no other tenant's secrets, keys or databases, and changes nobody's rights.
 *
 * EKS Pod Identity puts the pod's namespace, which is the tenant's id, into the session as a principal tag; a tenant
 * cannot choose it.
 *
 * ### Cost
 * None.
 */
export class TenantBoundary extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: TenantBoundaryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantry:index:TenantBoundary", name, {}, opts);
    const policy = new aws.iam.Policy(
      `${name}-policy`,
      {
        name: tenantBoundaryName(args.cell),
        description: `The most that a tenant's role of cell ${args.cell} may do`,
        policy: JSON.stringify(tenantBoundaryPolicy(args)),
      },
      { parent: this },
    );
    this.arn = policy.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** The tenant of a session, as EKS Pod Identity tags it. Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html */
const OWN_TENANT = "${aws:PrincipalTag/kubernetes-namespace}";

/** The boundary's document. A boundary grants nothing by itself: the role's own policies must allow it too. */
export function tenantBoundaryPolicy({ cell, accountId, region, partition }: TenantBoundaryArgs): object {
  const inAccount = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const readSecrets = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"];
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnSecrets",
        Effect: "Allow",
        Action: readSecrets,
        Resource: inAccount("secretsmanager", `secret:tenantry/${cell}/*`),
        Condition: { StringEquals: { "aws:ResourceTag/tenant-id": OWN_TENANT } },
      },
      {
        // RDS names these secrets and tags them with the instance, whose name holds the tenant's.
        Sid: "OwnDatabaseSecret",
        Effect: "Allow",
        Action: readSecrets,
        Resource: inAccount("secretsmanager", "secret:rds!db-*"),
        Condition: {
          ArnEquals: {
            "aws:ResourceTag/aws:rds:primaryDBInstanceArn": inAccount(
              "rds",
              `db:${nameInCell(cell, OWN_TENANT)}`,
            ),
          },
        },
      },
      {
        Sid: "OwnKey",
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: inAccount("kms", "key/*"),
        Condition: {
          StringEquals: {
            "aws:ResourceTag/tenant-id": OWN_TENANT,
            "kms:ViaService": `secretsmanager.${region}.amazonaws.com`,
          },
        },
      },
      {
        // Which user of which instance is in the role's own policy: neither can be told from the session's tags.
        Sid: "DatabaseLogIn",
        Effect: "Allow",
        Action: "rds-db:connect",
        Resource: inAccount("rds-db", "dbuser:*/t_*"),
      },
      {
        Sid: "NobodysRights",
        Effect: "Deny",
        Action: ["iam:*", "organizations:*", "sts:AssumeRole", "sts:TagSession"],
        Resource: "*",
      },
    ],
  };
}
