import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import {
  type DBInstanceAutomatedBackup,
  DBInstanceAutomatedBackupNotFoundFault,
  type DBSnapshot,
  DBSnapshotNotFoundFault,
  DeleteDBInstanceAutomatedBackupCommand,
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
  paginateDescribeDBInstanceAutomatedBackups,
  paginateDescribeDBSnapshots,
} from "@aws-sdk/client-rds";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  RotateSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import type {
  BackupWindow,
  CloudAccount,
  DatabaseCredentials,
  ExportOrder,
  Snapshot,
  SnapshotExport,
} from "./account";
import { type ArchiveBucket, AwsArchives } from "./aws-archives";
import { AwsExports } from "./aws-exports";
import { type AwsAccess, clientConfig, paced } from "./clients";

/** What an account is reached with. */
export interface AwsAccountOptions extends AwsAccess {
  readonly archives: ArchiveBucket;
  /** ARN of the role that RDS exports snapshots as, into the bucket of archives. Default: none, nothing is exported. */
  readonly exportRoleArn?: string;
  /** How long a new password may take, milliseconds. Default: 10 min; RDS takes about one. */
  readonly rotationMs?: number;
  /** How often to look whether it is there, milliseconds. Default: 3 s. */
  readonly pollMs?: number;
}

const DEFAULT_ROTATION_MS = 600_000;
const DEFAULT_POLL_MS = 3000;

/** What Secrets Manager calls the version that holds. */
const CURRENT = "AWSCURRENT";

/** What it calls versions that hold, or have held. */
const DONE = [CURRENT, "AWSPREVIOUS"];

const credentialsSchema = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** An AWS account, called with the worker's own role; onboarding/README.md has the policy it needs. */
export class AwsAccount implements CloudAccount {
  private readonly rds: RDSClient;
  private readonly secrets: SecretsManagerClient;
  private readonly iam: IAMClient;
  private readonly archives: AwsArchives;
  private readonly exports: AwsExports;
  private readonly rotationMs: number;
  private readonly pollMs: number;

  constructor(options: AwsAccountOptions) {
    const config = clientConfig(options);
    this.rds = paced(new RDSClient(config), "rds", options);
    this.secrets = paced(new SecretsManagerClient(config), "secretsmanager", options);
    this.iam = paced(new IAMClient(config), "iam", options);
    this.archives = new AwsArchives(options.archives, options);
    this.rotationMs = options.rotationMs ?? DEFAULT_ROTATION_MS;
    this.pollMs = options.pollMs ?? DEFAULT_POLL_MS;
    this.exports = new AwsExports(this.rds, {
      bucket: options.archives.name,
      roleArn: options.exportRoleArn,
      pollMs: this.pollMs,
    });
  }

  /** @throws Error where the secret is not that of a database; it never has the secret in it */
  async credentials(secretArn: string): Promise<DatabaseCredentials> {
    const { SecretString } = await this.secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
    const parsed = credentialsSchema.safeParse(jsonOf(SecretString));
    if (!parsed.success) throw new Error(`secret '${secretArn}': expected JSON with username and password`);
    return parsed.data;
  }

  /** @throws Error where there is no new version in time */
  async rotate(secretArn: string, token: string): Promise<void> {
    const { stages, current: former } = await this.versions(secretArn);
    // Secrets Manager names the new version by the token.
    const madeAlready = stages[token] ?? [];
    if (madeAlready.some((stage) => DONE.includes(stage))) return;
    const deadline = Date.now() + this.rotationMs;
    try {
      await this.secrets.send(
        new RotateSecretCommand({
          SecretId: secretArn,
          ClientRequestToken: token,
          RotateImmediately: true,
        }),
      );
    } catch (error) {
      if (!isUnderWay(error)) throw error;
    }
    while ((await this.versions(secretArn)).current === former) {
      if (Date.now() > deadline) {
        throw new Error(
          `rotation of '${secretArn}' timed out: no new version after ${Math.round(this.rotationMs / 1000)} s`,
        );
      }
      await sleep(this.pollMs);
    }
  }

  async findSnapshot(identifier: string): Promise<Snapshot | undefined> {
    try {
      const { DBSnapshots = [] } = await this.rds.send(
        new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: identifier }),
      );
      return DBSnapshots.flatMap(snapshotOf)[0];
    } catch (error) {
      if (error instanceof DBSnapshotNotFoundFault) return undefined;
      throw error;
    }
  }

  snapshotsOf(instance: string): Promise<Snapshot[]> {
    return this.snapshots({ DBInstanceIdentifier: instance });
  }

  manualSnapshots(): Promise<Snapshot[]> {
    return this.snapshots({});
  }

  async deleteSnapshot(identifier: string): Promise<void> {
    try {
      await this.rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: identifier }));
    } catch (error) {
      if (!(error instanceof DBSnapshotNotFoundFault)) throw error;
    }
  }

  get mayExport(): boolean {
    return this.exports.possible;
  }

  startExport(order: ExportOrder): Promise<void> {
    return this.exports.start(order);
  }

  findExport(prefix: string): Promise<SnapshotExport | undefined> {
    return this.exports.find(prefix);
  }

  endExports(prefix: string): Promise<void> {
    return this.exports.end(prefix);
  }

  deleteExport(location: string): Promise<void> {
    return this.archives.deleteAll(`${location}/`);
  }

  async backupsOf(instance: string): Promise<BackupWindow[]> {
    const pages = paginateDescribeDBInstanceAutomatedBackups(
      { client: this.rds },
      { DBInstanceIdentifier: instance },
    );
    const found: BackupWindow[] = [];
    try {
      for await (const { DBInstanceAutomatedBackups = [] } of pages)
        found.push(...DBInstanceAutomatedBackups.flatMap(windowOf));
    } catch (error) {
      if (!(error instanceof DBInstanceAutomatedBackupNotFoundFault)) throw error;
    }
    return found;
  }

  async deleteBackups(resourceId: string): Promise<void> {
    try {
      await this.rds.send(new DeleteDBInstanceAutomatedBackupCommand({ DbiResourceId: resourceId }));
    } catch (error) {
      if (!(error instanceof DBInstanceAutomatedBackupNotFoundFault)) throw error;
    }
  }

  /**
   * Asks IAM's simulator for a decryption through Secrets Manager, which is how a tenant's services decrypt. It judges the
   * role's policies and its boundary; the key's own policy, which admits one tenant's role only, it does not see.
   */
  async mayDecrypt(roleArn: string, keyArn: string): Promise<boolean> {
    const region = keyArn.split(":")[3] ?? "";
    const { EvaluationResults = [] } = await this.iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: roleArn,
        ActionNames: ["kms:Decrypt"],
        ResourceArns: [keyArn],
        ContextEntries: [
          {
            ContextKeyName: "kms:ViaService",
            ContextKeyType: "string",
            ContextKeyValues: [`secretsmanager.${region}.amazonaws.com`],
          },
        ],
      }),
    );
    return (
      EvaluationResults.length > 0 &&
      EvaluationResults.every(({ EvalDecision }) => EvalDecision === "allowed")
    );
  }

  putArchive(name: string, content: Readable): Promise<void> {
    return this.archives.put(name, content);
  }

  getArchive(name: string): Promise<Uint8Array | undefined> {
    return this.archives.get(name);
  }

  listArchives(prefix: string): Promise<string[]> {
    return this.archives.list(prefix);
  }

  deleteArchive(name: string): Promise<void> {
    return this.archives.delete(name);
  }

  /** Gives the connections back. */
  close(): void {
    this.rds.destroy();
    this.secrets.destroy();
    this.iam.destroy();
    this.archives.close();
  }

  private async snapshots(of: { readonly DBInstanceIdentifier?: string }): Promise<Snapshot[]> {
    const pages = paginateDescribeDBSnapshots({ client: this.rds }, { ...of, SnapshotType: "manual" });
    const found: Snapshot[] = [];
    for await (const { DBSnapshots = [] } of pages) found.push(...DBSnapshots.flatMap(snapshotOf));
    return found;
  }

  private async versions(secretArn: string) {
    const { VersionIdsToStages: stages = {} } = await this.secrets.send(
      new DescribeSecretCommand({ SecretId: secretArn }),
    );
    return { stages, current: Object.keys(stages).find((id) => stages[id]?.includes(CURRENT)) };
  }
}

/** One that somebody else has begun: what is waited for comes all the same. */
function isUnderWay(error: unknown): boolean {
  return error instanceof InvalidRequestException && /previous rotation/i.test(error.message);
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    // The parser's words would have a piece of the secret in them.
    return undefined;
  }
}

/** A snapshot that is still being taken has no time yet; it is listed with that of now. */
function snapshotOf(snapshot: DBSnapshot): Snapshot[] {
  const { DBSnapshotIdentifier: identifier, DBInstanceIdentifier: instance, SnapshotCreateTime } = snapshot;
  if (identifier === undefined || instance === undefined) return [];
  return [{ identifier, instance, createdAt: SnapshotCreateTime ?? new Date() }];
}

/** Backups with no time to restore to yet have an empty window, so that a purge sees them and a restore does not. */
function windowOf(backup: DBInstanceAutomatedBackup): BackupWindow[] {
  const { DbiResourceId: resourceId, RestoreWindow = {}, InstanceCreateTime = new Date(0) } = backup;
  if (resourceId === undefined) return [];
  const { EarliestTime, LatestTime } = RestoreWindow;
  if (EarliestTime !== undefined && LatestTime !== undefined)
    return [{ resourceId, earliest: EarliestTime, latest: LatestTime }];
  return [{ resourceId, earliest: InstanceCreateTime, latest: new Date(InstanceCreateTime.getTime() - 1) }];
}
