import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cell } from "../cell";
import { requireProviders } from "../providers";
import { type DatabaseRestore, restoreProblems } from "../rules/database-restore";
import { DATABASE_ENGINE_FACTS, type DatabaseEngine, engineVersionProblems } from "../rules/database-engine";
import { tenantLabels } from "../rules/labels";
import { DATABASE_CONFIG } from "../rules/services";
import { tenantIdProblems } from "../rules/tenant-id";
import { type TenantNames, tenantNames } from "../rules/tenant-names";
import type { TenantSize } from "../rules/tenant-size";
import type { TenantSilo } from "../tenant-silo";
import { UserError } from "../user-error";
import { databaseAccessPolicy } from "./access";
import { OF_CREATION, finalSnapshotName, restoreInputs } from "./restore";
import { DATABASE_SIZES } from "./sizes";

/** Arguments of {@link TenantDatabase}. */
export interface TenantDatabaseArgs {
  readonly tenant: {
    /** Slug, checked by rules/tenant-id.ts. Never changes, like the cell. */
    readonly id: string;
  };
  /** The cell the tenant is placed in. Never changes: the identifier holds its name, and RDS renames in place. */
  readonly cell: Cell;
  /** The tenant's silo: whose key encrypts, whose services get in, and whose namespace is told where the database is. */
  readonly silo: Pick<TenantSilo, "namespace" | "key" | "role" | "podSecurityGroup">;
  /** `instance`: an RDS instance of the tenant's own. */
  readonly isolation: "instance";
  /** Never changes: it would replace the instance, which RDS refuses while that is protected and its identifier taken. */
  readonly engine: DatabaseEngine;
  /** Version line or minor version. Default: the line that the cell's parameter group is for. */
  readonly version?: string;
  /** Instance class, storage, standby and days of backups. */
  readonly size: TenantSize;
  /** Whether RDS refuses to delete the instance. Default true; set it to false, and update, before a destroy. */
  readonly deletionProtection?: boolean;
  /** What the instance is made from; by default it is made empty. Read when it is made, and ignored from then on. */
  readonly restoreFrom?: DatabaseRestore;
  /**
   * Which of the tenant's databases this is, counted from 1. From the second on the final snapshot's name says so, as the
   * first's has taken the name without. Default 1.
   */
  readonly lifetime?: number;
}

const defaults = { deletionProtection: true, lifetime: 1 };

/** Seconds between two samples of the operating system's metrics. */
const MONITORING_INTERVAL_SECONDS = 60;

/** Days that Performance Insights keeps without extra cost. */
const INSIGHTS_DAYS = 7;

/** Days that the engine's logs are kept. */
const LOG_DAYS = 90;

/**
 * A tenant's own RDS instance: encrypted under the tenant's key, master password made and rotated by Secrets Manager
 * under the same key, TLS forced by the cell's parameter group, IAM authentication enabled, backups, and reachable from the
 * tenant's services only. The services find it through the ConfigMap `database` in their namespace.
 *
 * The identifier is fixed, so RDS refuses a second instance that would replace the first. The final
 * snapshot is named after the tenant's key and the database's lifetime, so that a tenant that comes back, or whose
 * database is restored, leaves a second one. Automated backups outlive the instance, so that every moment they reach stays
 * reachable by `restoreFrom`; who purges the tenant deletes them.
 *
 * Needs explicit `aws` and `kubernetes` providers, given by `opts.providers` or a parent.
 *
 * ### Cost
 * One RDS instance, doubled by the standby from size medium up, its gp3 storage and backups beyond the storage's size,
 * one secret (0.40 USD a month), and logs. What a deletion leaves, the final snapshot and the automated backups, is charged
 * by the GiB: the snapshot until it is deleted, the backups until then or the end of their retention.
 */
export class TenantDatabase extends pulumi.ComponentResource {
  /** Host name of the instance, without the port. */
  readonly address: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** Database inside the instance. */
  readonly databaseName: string;
  /** The instance's master user, which owns it and which the services log in as, by the password in the secret. */
  readonly username: string;
  /** Secret of Secrets Manager with the user's password. */
  readonly secretArn: pulumi.Output<string>;
  readonly instance: aws.rds.Instance;
  /** Name of the snapshot that the instance's deletion leaves. */
  readonly finalSnapshot: pulumi.Output<string>;

  /** @throws UserError naming every argument that is wrong */
  constructor(name: string, args: TenantDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantry:index:TenantDatabase", name, {}, opts);
    const problems = databaseProblems(args);
    if (problems.length > 0) throw new UserError(`TenantDatabase '${name}': ${problems.join("; ")}`);
    requireProviders(this, `TenantDatabase '${name}'`, ["aws", "kubernetes"]);

    const names = tenantNames(args.tenant.id, args.cell);
    this.databaseName = names.databaseName;
    this.username = names.databaseUser;
    this.finalSnapshot = finalSnapshotName(
      names.databaseIdentifier,
      args.silo.key.keyId,
      args.lifetime ?? defaults.lifetime,
    );
    const group = this.createSecurityGroup(name, args);
    const logs = this.createLogGroups(name, args, names);
    this.instance = this.createInstance(name, args, names, group, logs);
    this.address = this.instance.address;
    this.port = this.instance.port;
    this.secretArn = this.instance.masterUserSecrets.apply((secrets) => secrets[0]?.secretArn ?? "");
    this.grantAccess(name, args);
    this.publish(name, args, names);
    this.registerOutputs({ address: this.address, port: this.port, secretArn: this.secretArn });
  }

  /** A group that admits the tenant's services on the engine's port, and lets nothing out. */
  private createSecurityGroup(name: string, args: TenantDatabaseArgs): aws.ec2.SecurityGroup {
    const { port } = DATABASE_ENGINE_FACTS[args.engine];
    const opts = { parent: this };
    const group = new aws.ec2.SecurityGroup(
      `${name}-database`,
      {
        description: `Database of tenant ${args.tenant.id}`,
        vpcId: args.cell.network.vpcId,
        tags: { Name: `${name}-database` },
      },
      opts,
    );
    const rule = { ipProtocol: "tcp", fromPort: port, toPort: port };
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-database`,
      {
        ...rule,
        description: "From the tenant's services",
        securityGroupId: group.id,
        referencedSecurityGroupId: args.silo.podSecurityGroup.id,
      },
      opts,
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-database`,
      {
        ...rule,
        description: "To the tenant's database",
        securityGroupId: args.silo.podSecurityGroup.id,
        referencedSecurityGroupId: group.id,
      },
      opts,
    );
    return group;
  }

  /** The engine's log groups, before RDS makes them itself: without a key, without tags and for ever. */
  private createLogGroups(
    name: string,
    args: TenantDatabaseArgs,
    names: TenantNames,
  ): aws.cloudwatch.LogGroup[] {
    return DATABASE_ENGINE_FACTS[args.engine].logExports.map(
      (log) =>
        new aws.cloudwatch.LogGroup(
          `${name}-database-${log}`,
          {
            name: `/aws/rds/instance/${names.databaseIdentifier}/${log}`,
            retentionInDays: LOG_DAYS,
            kmsKeyId: args.silo.key.arn,
          },
          { parent: this },
        ),
    );
  }

  private createInstance(
    name: string,
    args: TenantDatabaseArgs,
    names: TenantNames,
    group: aws.ec2.SecurityGroup,
    logs: pulumi.Resource[],
  ): aws.rds.Instance {
    const { cell, engine, silo } = args;
    const size = DATABASE_SIZES[args.size];
    const facts = DATABASE_ENGINE_FACTS[engine];
    const { restoreFrom } = args;
    return new aws.rds.Instance(
      `${name}-database`,
      {
        identifier: names.databaseIdentifier,
        engine,
        engineVersion: args.version ?? facts.version,
        instanceClass: size.instanceClass,
        multiAz: size.multiAz,

        ...(restoreFrom === undefined
          ? {
              dbName: names.databaseName,
              username: names.databaseUser,
              allocatedStorage: size.allocatedStorageGiB,
            }
          : restoreInputs(restoreFrom)),
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: silo.key.arn,
        iamDatabaseAuthenticationEnabled: true,
        parameterGroupName: cell.database.parameterGroupNames[engine],
        caCertIdentifier: "rds-ca-rsa2048-g1",

        dbSubnetGroupName: cell.database.subnetGroupName,
        vpcSecurityGroupIds: [group.id],
        publiclyAccessible: false,

        storageType: "gp3",
        maxAllocatedStorage: size.maxStorageGiB,
        storageEncrypted: true,
        kmsKeyId: silo.key.arn,

        backupRetentionPeriod: size.backupDays,
        backupWindow: "02:00-03:00",
        deleteAutomatedBackups: false,
        copyTagsToSnapshot: true,
        deletionProtection: args.deletionProtection ?? defaults.deletionProtection,
        skipFinalSnapshot: false,
        finalSnapshotIdentifier: this.finalSnapshot,

        maintenanceWindow: "sun:03:30-sun:04:30",
        autoMinorVersionUpgrade: true,
        allowMajorVersionUpgrade: false,

        enabledCloudwatchLogsExports: [...facts.logExports],
        monitoringInterval: MONITORING_INTERVAL_SECONDS,
        monitoringRoleArn: cell.database.monitoringRoleArn,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: silo.key.arn,
        performanceInsightsRetentionPeriod: INSIGHTS_DAYS,
      },
      { parent: this, dependsOn: logs, ignoreChanges: OF_CREATION },
    );
  }

  /** Lets the tenant's role read the instance's secret, and ask for a log-in by IAM. */
  private grantAccess(name: string, args: TenantDatabaseArgs): void {
    const policy = pulumi
      .all([this.instance.resourceId, this.secretArn, args.silo.key.arn])
      .apply(([resourceId, secretArn, keyArn]) =>
        databaseAccessPolicy({ resourceId, secretArn, keyArn, user: this.username }, args.cell),
      );
    new aws.iam.RolePolicy(
      `${name}-database`,
      { name: "own-database", role: args.silo.role.name, policy: pulumi.jsonStringify(policy) },
      { parent: this },
    );
  }

  /** Tells the tenant's services where the database is. The password is not among it. */
  private publish(name: string, args: TenantDatabaseArgs, names: TenantNames): void {
    new kubernetes.core.v1.ConfigMap(
      `${name}-database`,
      {
        metadata: {
          name: DATABASE_CONFIG,
          namespace: args.silo.namespace,
          labels: tenantLabels(args.tenant.id),
        },
        data: {
          DATABASE_ENGINE: args.engine,
          DATABASE_HOST: this.address,
          DATABASE_PORT: this.port.apply(String),
          DATABASE_NAME: names.databaseName,
          DATABASE_USER: names.databaseUser,
          DATABASE_TLS: "verify-full",
          DATABASE_SECRET_ARN: this.secretArn,
        },
      },
      { parent: this },
    );
  }
}

/** Says everything that is wrong with a database's arguments. */
function databaseProblems(args: TenantDatabaseArgs): string[] {
  const { lifetime = defaults.lifetime } = args;
  return [
    ...tenantIdProblems(args.tenant.id, "tenant.id"),
    ...(args.version === undefined ? [] : engineVersionProblems("version", args.engine, args.version)),
    ...(args.restoreFrom === undefined ? [] : restoreProblems("restoreFrom", args.restoreFrom)),
    ...(Number.isInteger(lifetime) && lifetime >= 1
      ? []
      : [`lifetime is ${lifetime}: expected a whole number of at least 1`]),
  ];
}
