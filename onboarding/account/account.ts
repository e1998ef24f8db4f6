import type { Readable } from "node:stream";
/** A user of a tenant's database, as Secrets Manager keeps it. */
export interface DatabaseCredentials {
  readonly username: string;
  readonly password: string;
}

/** A snapshot of a tenant's database. */
export interface Snapshot {
  readonly identifier: string;
  /** Identifier of the instance it was taken of. */
  readonly instance: string;
  readonly createdAt: Date;
}

/** The times that an instance, or what is left of it, can be brought back to. */
export interface BackupWindow {
  /** RDS's own id of the instance, `db-…`. */
  readonly resourceId: string;
  readonly earliest: Date;
  readonly latest: Date;
}

/** An export of a snapshot into the archives. */
export interface SnapshotExport {
  readonly state: "running" | "complete" | "failed";
  /** What the names of its files begin with, among the archives. */
  readonly location: string;
  /** Why it failed, in AWS's words. */
  readonly reason?: string;
  /** When it ended; undefined while it runs. */
  readonly endedAt?: Date;
}

/** What is to be exported, and where to. */
export interface ExportOrder {
  /** Identifier of the snapshot. */
  readonly snapshot: string;
  /** What the names of the files are to begin with, of this snapshot alone and without a slash at the end. */
  readonly prefix: string;
  /** ARN of the KMS key that encrypts the files. */
  readonly keyArn: string;
}

/**
 * What the service itself asks of an AWS account; everything else goes through Pulumi. One implementation calls AWS, the
 * other the local account. Each method may be called twice: what is done already is no error.
 */
export interface CloudAccount {
  /** The user of a database, from its secret. */
  credentials(secretArn: string): Promise<DatabaseCredentials>;
  /**
   * Has Secrets Manager make a new password, and returns once it holds.
   *
   * @param token whose rotation it is, 32 to 64 characters: asked for again, it is not done again
   */
  rotate(secretArn: string, token: string): Promise<void>;
  /** The snapshot of that name; undefined where there is none. */
  findSnapshot(identifier: string): Promise<Snapshot | undefined>;
  /** Every manual snapshot of an instance, final ones among them. */
  snapshotsOf(instance: string): Promise<readonly Snapshot[]>;
  /** Every manual snapshot of the region, whosever it is: what RDS's quota of 100 counts. */
  manualSnapshots(): Promise<readonly Snapshot[]>;
  /** Deletes a snapshot. */
  deleteSnapshot(identifier: string): Promise<void>;
  /** Whether snapshots can be exported; on AWS that takes a role. */
  readonly mayExport: boolean;
  /** Begins to export a snapshot into the archives; one that runs or is complete is left to itself. */
  startExport(order: ExportOrder): Promise<void>;
  /** The last export to a prefix; undefined where there is none. */
  findExport(prefix: string): Promise<SnapshotExport | undefined>;
  /** Cancels the exports to prefixes that begin so, and returns once none of them writes any more. */
  endExports(prefix: string): Promise<void>;
  /** Deletes the files of an export, every archive whose name begins so. */
  deleteExport(location: string): Promise<void>;
  /** The automated backups of an instance of that name, deleted ones among them. */
  backupsOf(instance: string): Promise<readonly BackupWindow[]>;
  /** Deletes the automated backups that a deleted instance left. */
  deleteBackups(resourceId: string): Promise<void>;
  /** Whether a role may decrypt with a key. */
  mayDecrypt(roleArn: string, keyArn: string): Promise<boolean>;
  /** Stores an archive. Where its content fails to the end, there is none: an older one of that name stays. */
  putArchive(name: string, content: Readable): Promise<void>;
  /** An archive's content; undefined where there is none. */
  getArchive(name: string): Promise<Uint8Array | undefined>;
  /** The archives whose names begin so. */
  listArchives(prefix: string): Promise<readonly string[]>;
  /** Deletes an archive. */
  deleteArchive(name: string): Promise<void>;
}
