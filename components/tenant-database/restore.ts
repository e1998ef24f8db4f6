import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseRestore } from "../rules/database-restore";

/** First part of a key's id, a UUID: enough to tell one lifetime of a tenant from the next. */
const KEY_ID_PART = 8;

/**
 * Inputs that say what an instance is made from or made as: they count when it is made. RDS takes `dbName` and `username`
 * of a restored one from its source, so these are not given then, and are no change when they are given again.
 */
export const OF_CREATION = ["snapshotIdentifier", "restoreToPointInTime", "dbName", "username"];

/**
 * Name of the snapshot that a database's deletion leaves, after the key and the lifetime, so that no two databases of a
 * tenant leave snapshots of one name.
 */
export function finalSnapshotName(
  identifier: string,
  keyId: pulumi.Output<string>,
  lifetime: number,
): pulumi.Output<string> {
  return keyId.apply((id) =>
    [identifier, "final", id.slice(0, KEY_ID_PART), ...(lifetime > 1 ? [lifetime] : [])].join("-"),
  );
}

/**
 * What says where the data comes from. Storage is not given beside it: RDS takes the source's, which may have grown, and
 * refuses to make it smaller. Storage, encryption and its key are the source's, too; they are stated all the same, as what
 * is expected.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
 */
export function restoreInputs(
  restore: DatabaseRestore,
): Pick<aws.rds.InstanceArgs, "snapshotIdentifier" | "restoreToPointInTime"> {
  if ("snapshot" in restore) return { snapshotIdentifier: restore.snapshot };
  return {
    restoreToPointInTime: { sourceDbiResourceId: restore.resourceId, restoreTime: restore.time },
  };
}
