import {
  AwsError,
  type Context,
  type KeptDetail,
  type Properties,
  type PropertyMap,
  type ProvisionContext,
} from "../../framework";
import { copyName } from "./copies";
import { hasDatabase } from "./database";
import { LOCAL_LIMIT } from "./instance-checks";
import { SNAPSHOT, type Snapshot, keptSnapshot, snapshotNotFound } from "./snapshots";

/** What looking for an instance's source takes. */
interface Looking {
  readonly inputs: Properties;
  kept(kind: string, name: string): Promise<PropertyMap | undefined>;
  listKept(kind: string, where?: PropertyMap): Promise<KeptDetail[]>;
}

/**
 * The snapshot that a new instance is restored from, or undefined where it is made empty.
 *
 * @throws {AwsError} If there is none of that name, or none at or before that time.
 */
export async function sourceOf(context: Looking): Promise<Snapshot | undefined> {
  const named = context.inputs.string("snapshotIdentifier");
  if (named !== undefined) {
    const identifier = named.includes(":snapshot:") ? named.slice(named.indexOf(":snapshot:") + 10) : named;
    const detail = await context.kept(SNAPSHOT, identifier);
    if (detail === undefined) throw snapshotNotFound(named);
    return keptSnapshot({ name: identifier, detail });
  }
  const [point] = context.inputs.maps("restoreToPointInTime");
  return point === undefined ? undefined : backupAt(context, point);
}

/** The local cloud's points in time are its backups: the latest at or before the time asked for. */
async function backupAt(context: Looking, point: Properties): Promise<Snapshot> {
  const resourceId = point.string("sourceDbiResourceId");
  const instance = point.string("sourceDbInstanceIdentifier");
  const where = resourceId === undefined ? { instance: instance ?? "" } : { resourceId };
  const backups = (await context.listKept(SNAPSHOT, { ...where, type: "automated" }))
    .map(keptSnapshot)
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const [earliest, latest] = [backups[0], backups.at(-1)];
  if (earliest === undefined || latest === undefined) {
    throw new AwsError(
      "DBInstanceAutomatedBackupNotFound",
      `Automated backup not found for DB instance ${resourceId ?? instance ?? ""}.`,
      404,
    );
  }
  if (point.flag("useLatestRestorableTime")) return latest;
  const asked = Date.parse(point.stringOr("restoreTime", ""));
  const found = backups.filter(({ createdAt }) => createdAt.getTime() <= asked).at(-1);
  if (found === undefined || asked > latest.createdAt.getTime()) {
    throw new AwsError(
      "InvalidParameterValue",
      `The restore time ${point.stringOr("restoreTime", "")} is not within the restorable window of ${resourceId ?? instance ?? ""}: ${earliest.createdAt.toISOString()} to ${latest.createdAt.toISOString()}.`,
    );
  }
  return found;
}

/**
 * What a restored instance takes from its source, over whatever else it would be.
 *
 * @throws {AwsError} If the source does not fit the instance, or cannot be read any more.
 */
export async function inheritance(context: Context, source: Snapshot): Promise<PropertyMap> {
  const { inputs } = context;
  if (inputs.has("engine") && inputs.string("engine") !== source.engine) {
    throw new AwsError(
      "InvalidParameterCombination",
      `The engine ${inputs.stringOr("engine", "")} does not match the engine ${source.engine} of ${source.identifier}.`,
    );
  }
  for (const name of ["dbName", "username"] as const) {
    const given = inputs.string(name);
    if (given === undefined || given === source[name]) continue;
    // AWS ignores it, and says so in what it gives back.
    throw new AwsError(
      LOCAL_LIMIT,
      `${name} is '${given}': a restored instance has its source's, '${source[name]}'; leave it out`,
    );
  }
  const allocated = inputs.number("allocatedStorage");
  if (allocated !== undefined && allocated < source.allocatedStorage) {
    throw new AwsError(
      "InvalidParameterCombination",
      `Invalid storage size for engine name ${source.engine}: requested storage size (${allocated}) cannot be less than the snapshot's (${source.allocatedStorage}).`,
    );
  }
  await requireKey(context, source.kmsKeyId);
  return {
    engine: source.engine,
    dbName: source.dbName,
    username: source.username,
    allocatedStorage: allocated ?? source.allocatedStorage,
    storageEncrypted: source.storageEncrypted,
    kmsKeyId: source.kmsKeyId,
  };
}

async function requireKey(context: Context, kmsKeyId: string): Promise<void> {
  if (kmsKeyId === "" || kmsKeyId.includes("alias/aws/")) return;
  const type = "aws:kms/key:Key";
  const found = (await context.find(type, kmsKeyId, "arn")) ?? (await context.find(type, kmsKeyId));
  if (found !== undefined) return;
  throw new AwsError(
    "KMSKeyNotAccessibleFault",
    `The specified KMS key [${kmsKeyId}] does not exist, is not enabled or you do not have permissions to access it.`,
  );
}

/** The copy that a restored instance's database is made from, while it has none. */
export async function templateOf(context: ProvisionContext, database: string): Promise<string | undefined> {
  const { inputs } = context;
  if (context.before !== undefined) return undefined;
  if (!inputs.has("snapshotIdentifier") && !inputs.has("restoreToPointInTime")) return undefined;
  if (await hasDatabase(context.cloud, database)) return undefined;
  const source = await sourceOf(context);
  if (source === undefined) return undefined;
  const copy = copyName(source);
  if (await hasDatabase(context.cloud, copy)) return copy;
  throw new AwsError(
    "InvalidDBSnapshotState",
    `The snapshot ${source.identifier} cannot be restored from: it is still being created.`,
  );
}
