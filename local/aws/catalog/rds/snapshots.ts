import { AwsError, Properties, type Context, type KeptDetail, type PropertyMap } from "../../framework";

/** Kind under which the account keeps DB snapshots, automated ones among them. */
export const SNAPSHOT = "rds-snapshot";

/** Manual DB snapshots of a region, final ones among them. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html */
export const SNAPSHOT_QUOTA = { key: "rds.snapshots", limit: 100 };

/** A DB snapshot: what it says of its instance, and what becomes of an instance that is restored from it. */
export interface Snapshot {
  /** Its identifier; `rds:…` where it is an automated one. */
  identifier: string;
  arn: string;
  /** Final snapshots are manual ones in AWS. */
  type: "manual" | "automated";
  /** Identifier of the instance. */
  instance: string;
  /** The instance's `db-…`. */
  resourceId: string;
  createdAt: Date;
  engine: string;
  engineVersion: string;
  dbName: string;
  username: string;
  allocatedStorage: number;
  storageEncrypted: boolean;
  kmsKeyId: string;
  tags: PropertyMap;
}

/** What a snapshot is of: an instance as the account holds it. */
export interface Snapped {
  /** The instance's outputs. */
  state: Properties;
  arn(service: string, resource: string): string;
}

/** The snapshot that an instance would leave now. */
export function snapshotOf(
  instance: Snapped,
  identifier: string,
  type: Snapshot["type"],
  tags: PropertyMap = {},
): Snapshot {
  const { state } = instance;
  return {
    identifier,
    arn: instance.arn("rds", `snapshot:${identifier}`),
    type,
    instance: state.stringOr("identifier", ""),
    resourceId: state.stringOr("resourceId", ""),
    createdAt: new Date(),
    engine: state.stringOr("engine", ""),
    engineVersion: state.stringOr("engineVersionActual", ""),
    dbName: databaseName(state),
    username: state.stringOr("username", ""),
    allocatedStorage: state.number("allocatedStorage") ?? 0,
    storageEncrypted: state.flag("storageEncrypted"),
    kmsKeyId: state.stringOr("kmsKeyId", ""),
    tags: { ...(state.flag("copyTagsToSnapshot") ? state.map("tagsAll") : {}), ...tags },
  };
}

/** An automated snapshot's identifier, as AWS makes them up; to the millisecond, as local backups may be close together. */
export function automatedIdentifier(instance: string, at: Date): string {
  return `rds:${instance}-${at.toISOString().replaceAll(/\D+/g, "-").slice(0, -1)}`;
}

/** What of a snapshot the account keeps besides its name. */
export function detailOf({ identifier: _identifier, createdAt, ...snapshot }: Snapshot): PropertyMap {
  return { ...snapshot, createdAt: createdAt.toISOString() };
}

/** A snapshot as the account keeps it. */
export function keptSnapshot({ name, detail }: KeptDetail): Snapshot {
  const kept = new Properties(detail);
  return {
    identifier: name,
    arn: kept.stringOr("arn", ""),
    type: kept.string("type") === "automated" ? "automated" : "manual",
    instance: kept.stringOr("instance", ""),
    resourceId: kept.stringOr("resourceId", ""),
    createdAt: new Date(kept.stringOr("createdAt", "")),
    engine: kept.stringOr("engine", ""),
    engineVersion: kept.stringOr("engineVersion", ""),
    dbName: kept.stringOr("dbName", ""),
    username: kept.stringOr("username", ""),
    allocatedStorage: kept.number("allocatedStorage") ?? 0,
    storageEncrypted: kept.flag("storageEncrypted"),
    kmsKeyId: kept.stringOr("kmsKeyId", ""),
    tags: kept.map("tags"),
  };
}

/** Whether an instance, or what is kept of one, has a real database: other engines are the control plane only. */
export function isReal(instance: Properties): boolean {
  return instance.string("engine") === "postgres";
}

/** RDS makes no database of an instance's own without `dbName`; the local one is named after the instance then. */
export function databaseName(instance: Properties): string {
  const dbName = instance.stringOr("dbName", "");
  return dbName === "" ? instance.stringOr("identifier", "").replaceAll("-", "_") : dbName;
}

/** AWS's answer to a second snapshot of one name. */
export function snapshotTaken(identifier: string): AwsError {
  return new AwsError(
    "DBSnapshotAlreadyExists",
    `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`,
  );
}

/** AWS's answer to one snapshot too many. */
export function snapshotQuotaExceeded(): AwsError {
  return new AwsError(
    "SnapshotQuotaExceeded",
    "The request would result in the user exceeding the allowed number of DB snapshots.",
  );
}

/** AWS's answer where there is no such snapshot. */
export function snapshotNotFound(identifier: string): AwsError {
  return new AwsError("DBSnapshotNotFound", `DBSnapshot not found: ${identifier}`, 404);
}

/**
 * Notes what an instance that is being deleted leaves: its final snapshot, and its automated backups with a last one, or
 * none of them. The copies of its rows are made and dropped when its database goes.
 *
 * @throws {AwsError} If no final snapshot is named and none is to be skipped, or the name is taken, or there are too many.
 */
export async function noteRemains(context: Context): Promise<void> {
  await noteFinalSnapshot(context);
  const { inputs, state } = context;
  if (inputs.flag("deleteAutomatedBackups", true)) {
    const backups = await context.listKept(SNAPSHOT, { resourceId: context.id, type: "automated" });
    for (const { name } of backups) await context.forget(SNAPSHOT, name);
  } else if ((state.number("backupRetentionPeriod") ?? 0) > 0) {
    const identifier = automatedIdentifier(state.stringOr("identifier", ""), new Date());
    await context.keep(SNAPSHOT, identifier, detailOf(snapshotOf(context, identifier, "automated")));
  }
}

async function noteFinalSnapshot(context: Context): Promise<void> {
  if (context.inputs.flag("skipFinalSnapshot")) return;
  const identifier = context.inputs.string("finalSnapshotIdentifier");
  if (identifier === undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified: finalSnapshotIdentifier is required when skipFinalSnapshot is false",
    );
  }
  if ((await context.kept(SNAPSHOT, identifier)) !== undefined) throw snapshotTaken(identifier);
  const { length } = await context.listKept(SNAPSHOT, { type: "manual" });
  if (length >= (await context.quota(SNAPSHOT_QUOTA.key, SNAPSHOT_QUOTA.limit)))
    throw snapshotQuotaExceeded();
  await context.keep(SNAPSHOT, identifier, detailOf(snapshotOf(context, identifier, "manual")));
}
