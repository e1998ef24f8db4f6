import { randomUUID } from "node:crypto";
import type { LocalCloud } from "../../cloud";
import {
  AccountConnection,
  CallLog,
  Cipher,
  ResourceStore,
  RetainedStore,
  type ResourceRow,
  SettingsStore,
} from "../account";
import { masterSecret, rotate } from "../account-changes";
import { copySizes, dropCopy, takeCopy } from "../catalog/rds/copies";
import { type ExportedTable, exportCopy } from "../catalog/rds/exports";
import {
  SNAPSHOT,
  SNAPSHOT_QUOTA,
  type Snapshot,
  automatedIdentifier,
  detailOf,
  keptSnapshot,
  snapshotNotFound,
  snapshotOf,
  snapshotQuotaExceeded,
  snapshotTaken,
} from "../catalog/rds/snapshots";
import { AwsError } from "../framework/errors";
import { Properties } from "../framework/properties";
import { AwsCaller, type CallKind, DEFAULT_MAX_RETRIES } from "../simulator/caller";
import { type Credentials, credentialsOf } from "./credentials";
import { type SnapshotSummary, summaryOf } from "./snapshot-summary";

export type { Credentials } from "./credentials";
export type { SnapshotSummary } from "./snapshot-summary";

const INSTANCE = "aws:rds/instance:Instance";

/** The automated backups of one lifetime of an identifier. */
export interface AutomatedBackups {
  readonly resourceId: string;
  /** From when to when it can be restored to. */
  readonly earliest: Date;
  readonly latest: Date;
}

/** How to work with the account. */
export interface LocalAccountOptions {
  /** Ends pauses between retries. Default: none does. */
  readonly signal?: AbortSignal;
  /** How often a throttled call is tried again. Default: as often as the provider does, 25. */
  readonly maxRetries?: number;
  /** Database with the account's state. Default: the local cloud's own. */
  readonly database?: string;
}

/**
 * The local account as a program sees it that calls AWS itself: snapshots, backups and managed secrets of RDS instances.
 * Calls go through the account's throttles, latency and faults, with the SDK's retries.
 *
 * Every method throws CallFailedError, whose `code` is AWS's, where AWS would refuse.
 */
export class LocalAccount {
  private readonly connection: AccountConnection;
  private readonly store: ResourceStore;
  private readonly retained: RetainedStore;
  private readonly settings: SettingsStore;
  private readonly log: CallLog;
  private readonly caller: AwsCaller;

  /** @param cloud the cloud's address book, as `readCloud` gives it */
  constructor(
    private readonly cloud: LocalCloud,
    options: LocalAccountOptions = {},
  ) {
    this.connection = new AccountConnection(cloud.postgres, options.database);
    this.store = new ResourceStore(this.connection, new Cipher(cloud.postgres.password));
    this.retained = new RetainedStore(this.connection);
    this.settings = new SettingsStore(this.connection);
    this.log = new CallLog(this.connection);
    this.caller = new AwsCaller(this.settings, this.log, {
      maxRetries: options.maxRetries ?? DEFAULT_MAX_RETRIES,
      signal: options.signal ?? new AbortController().signal,
    });
  }

  /** Takes a manual snapshot of an instance; `tags` besides those that the instance has copied to its snapshots. */
  snapshot(
    instanceIdentifier: string,
    snapshotIdentifier: string,
    tags: Readonly<Record<string, string>> = {},
  ): Promise<SnapshotSummary> {
    return this.call("create", "CreateDBSnapshot", snapshotIdentifier, async () => {
      const instance = await this.instance(instanceIdentifier);
      const snapshot = snapshotOf(snappable(instance), snapshotIdentifier, "manual", tags);
      return this.take(instance.region, snapshot, async () => {
        const { region } = instance;
        if ((await this.retained.find(SNAPSHOT, region, snapshotIdentifier)) !== undefined)
          throw snapshotTaken(snapshotIdentifier);
        const manual = await this.retained.search(SNAPSHOT, { type: "manual" }, region);
        const { quotas } = await this.settings.get();
        if (manual.length >= (quotas[SNAPSHOT_QUOTA.key] ?? SNAPSHOT_QUOTA.limit))
          throw snapshotQuotaExceeded();
      });
    });
  }

  /** The snapshot of that identifier, manual or automated; undefined where there is none. */
  findSnapshot(snapshotIdentifier: string): Promise<SnapshotSummary | undefined> {
    return this.call("read", "DescribeDBSnapshots", snapshotIdentifier, async () => {
      const found = await this.retained.named(SNAPSHOT, snapshotIdentifier);
      return found === undefined ? undefined : (await this.summaries([keptSnapshot(found)]))[0];
    });
  }

  /** Snapshots, those of one instance's identifier or all, oldest first. */
  listSnapshots(filter: { readonly instance?: string } = {}): Promise<SnapshotSummary[]> {
    const { instance } = filter;
    return this.call("read", "DescribeDBSnapshots", instance ?? "*", async () =>
      this.summaries(
        (await this.retained.search(SNAPSHOT, instance === undefined ? {} : { instance })).map(keptSnapshot),
      ),
    );
  }

  /** Deletes a manual snapshot, and its rows. */
  deleteSnapshot(snapshotIdentifier: string): Promise<void> {
    return this.call("delete", "DeleteDBSnapshot", snapshotIdentifier, async () => {
      const found = await this.retained.named(SNAPSHOT, snapshotIdentifier);
      if (found === undefined) throw snapshotNotFound(snapshotIdentifier);
      const snapshot = keptSnapshot(found);
      if (snapshot.type === "automated") {
        throw new AwsError(
          "InvalidDBSnapshotState",
          `Cannot delete the automated snapshot ${snapshotIdentifier}.`,
        );
      }
      await this.remove(found.region, snapshot);
    });
  }

  /** Writes a snapshot's rows into files of a folder, one a table, and tells of them; the snapshot stays. */
  exportSnapshot(
    snapshotIdentifier: string,
    directory: string,
    done: (tables: readonly ExportedTable[]) => void,
  ): Promise<void> {
    return this.call("create", "StartExportTask", snapshotIdentifier, async () => {
      const find = async (): Promise<Snapshot> => {
        const found = await this.retained.named(SNAPSHOT, snapshotIdentifier);
        if (found === undefined) throw snapshotNotFound(snapshotIdentifier);
        return keptSnapshot(found);
      };
      const check = async (): Promise<void> => void (await find());
      await exportCopy(this.cloud, await find(), directory, { check, done });
    });
  }

  /** Takes an automated backup of an instance now, as RDS does once a day: a point in time it can be restored to. */
  backup(instanceIdentifier: string): Promise<SnapshotSummary> {
    return this.call("create", "AutomatedBackup", instanceIdentifier, async () => {
      const instance = await this.instance(instanceIdentifier);
      if ((new Properties(instance.state).number("backupRetentionPeriod") ?? 0) === 0) {
        throw new AwsError(
          "InvalidDBInstanceState",
          `Automated backups are not enabled for ${instanceIdentifier}: its backup retention period is 0.`,
        );
      }
      const identifier = automatedIdentifier(instanceIdentifier, new Date());
      const snapshot = snapshotOf(snappable(instance), identifier, "automated");
      return this.take(instance.region, snapshot, () => Promise.resolve());
    });
  }

  /** The automated backups of an identifier, one entry a lifetime, the oldest first. */
  automatedBackups(instanceIdentifier: string): Promise<AutomatedBackups[]> {
    return this.call("read", "DescribeDBInstanceAutomatedBackups", instanceIdentifier, async () => {
      const where = { instance: instanceIdentifier, type: "automated" };
      const lifetimes = new Map<string, Date[]>();
      for (const { resourceId, createdAt } of (await this.retained.search(SNAPSHOT, where)).map(
        keptSnapshot,
      )) {
        lifetimes.set(resourceId, [...(lifetimes.get(resourceId) ?? []), createdAt]);
      }
      return [...lifetimes].map(([resourceId, moments]) => {
        const times = moments.map((moment) => moment.getTime());
        return {
          resourceId,
          earliest: new Date(Math.min(...times)),
          latest: new Date(Math.max(...times)),
        };
      });
    });
  }

  /** Deletes the automated backups that an instance which is gone has left, and their rows. */
  deleteAutomatedBackups(resourceId: string): Promise<void> {
    return this.call("delete", "DeleteDBInstanceAutomatedBackup", resourceId, async () => {
      if ((await this.store.everywhere(INSTANCE, { resourceId })).length > 0) {
        throw new AwsError(
          "InvalidDBInstanceAutomatedBackupState",
          `The automated backups of ${resourceId} cannot be deleted: its instance is there.`,
        );
      }
      const found = await this.retained.search(SNAPSHOT, { resourceId, type: "automated" });
      if (found.length === 0) {
        throw new AwsError(
          "DBInstanceAutomatedBackupNotFound",
          `Automated backup not found for DB instance ${resourceId}.`,
          404,
        );
      }
      for (const backup of found) await this.remove(backup.region, keptSnapshot(backup));
    });
  }

  /** What a secret holds that RDS manages for an instance. */
  secretValue(secretArn: string): Promise<Credentials> {
    return this.call("read", "GetSecretValue", secretArn, async () => {
      const secret = await masterSecret(this.store, secretArn);
      if (secret === undefined) throw secretNotFound();
      return credentialsOf(secret.version.state);
    });
  }

  /**
   * Rotates a secret that RDS manages: a new password in the database and in the secret.
   *
   * @param token names the new version; where there is one of that name, nothing is done
   */
  rotateSecret(secretArn: string, token: string = randomUUID()): Promise<void> {
    return this.call("update", "RotateSecret", secretArn, async () => {
      const secret = await masterSecret(this.store, secretArn);
      if (secret === undefined) throw secretNotFound();
      if (secret.version.state.versionId !== token) await rotate(this.cloud, this.store, secret, token);
    });
  }

  /** Writes the rest of the call log, and closes all connections. */
  async close(): Promise<void> {
    await this.log.flush();
    await this.connection.close();
  }

  private call<T>(kind: CallKind, operation: string, resource: string, effect: () => Promise<T>): Promise<T> {
    const secret = operation.includes("Secret");
    return this.caller.call(
      {
        service: secret ? "Secrets Manager" : "RDS",
        operation,
        kind,
        type: secret ? "aws:secretsmanager/secret:Secret" : "aws:rds/snapshot:Snapshot",
        resource,
        seconds: LATENCY[operation] ?? 0,
      },
      effect,
    );
  }

  private async instance(identifier: string): Promise<ResourceRow> {
    const [found] = await this.store.everywhere(INSTANCE, { identifier });
    if (found === undefined)
      throw new AwsError("DBInstanceNotFound", `DBInstance ${identifier} not found.`, 404);
    if (found.status === "available") return found;
    throw new AwsError("InvalidDBInstanceState", `Instance ${identifier} is not in available state.`);
  }

  private async take(
    region: string,
    snapshot: Snapshot,
    check: () => Promise<void>,
  ): Promise<SnapshotSummary> {
    const { identifier: name } = snapshot;
    await takeCopy(this.cloud, snapshot, check, () =>
      this.retained.keep({ kind: SNAPSHOT, region, name, detail: detailOf(snapshot) }),
    );
    return this.summary(snapshot);
  }

  /** The rows first: a snapshot without them can still be deleted, rows without a snapshot could not. */
  private async remove(region: string, snapshot: Snapshot): Promise<void> {
    await dropCopy(this.cloud, snapshot);
    await this.retained.forget(SNAPSHOT, region, snapshot.identifier);
  }

  private async summary(snapshot: Snapshot): Promise<SnapshotSummary> {
    const sizes = await copySizes(this.cloud, [snapshot]);
    return summaryOf(snapshot, sizes);
  }

  private async summaries(snapshots: readonly Snapshot[]): Promise<SnapshotSummary[]> {
    const sizes = await copySizes(this.cloud, snapshots);
    return snapshots.map((snapshot) => summaryOf(snapshot, sizes));
  }
}

/** Seconds that AWS takes, waiting included; multiplied by the account's latency factor. */
const LATENCY: Readonly<Record<string, number>> = {
  CreateDBSnapshot: 120,
  AutomatedBackup: 120,
  DeleteDBSnapshot: 5,
  DeleteDBInstanceAutomatedBackup: 5,
};

/** An instance's row as snapshots are made of it. */
function snappable(row: ResourceRow) {
  const account = row.arn.split(":").slice(0, 5);
  return {
    state: new Properties(row.state),
    arn: (service: string, resource: string) => [...account.with(2, service), resource].join(":"),
  };
}

function secretNotFound(): AwsError {
  return new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}
