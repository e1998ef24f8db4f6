/** What a tenant's database is made from, where it is not made empty. */
export type DatabaseRestore = SnapshotRestore | PointInTimeRestore;

/** From a DB snapshot, a final one or one taken by hand. */
export interface SnapshotRestore {
  /** Identifier of the snapshot, or its ARN. */
  readonly snapshot: string;
}

/** From the automated backups of an instance, which may be gone already where RDS retained them. */
export interface PointInTimeRestore {
  /** The instance's `resourceId`, `db-…`: it names one lifetime of an identifier, not the identifier. */
  readonly resourceId: string;
  /** Moment to restore to, ISO 8601 in UTC, such as `2026-11-24T03:00:00Z`. */
  readonly time: string;
}

/** A moment in UTC, to the second or finer; RDS takes no other zone. */
const UTC_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/** What a snapshot's identifier or ARN is made of; those of automated snapshots have a colon, as ARNs do. */
const SNAPSHOT = /^[A-Za-z](?:[A-Za-z0-9:/-]{0,300}[A-Za-z0-9])?$/;

/**
 * Says what is wrong with what a database is to be made from; an empty list means nothing.
 *
 * @param field what to call it in the messages
 * @param restore what to judge
 */
export function restoreProblems(field: string, restore: DatabaseRestore): string[] {
  if ("snapshot" in restore) {
    return SNAPSHOT.test(restore.snapshot)
      ? []
      : [`${field}.snapshot is '${restore.snapshot}': expected the identifier or ARN of a DB snapshot`];
  }
  const problems: string[] = [];
  if (!/^db-[A-Z0-9]+$/.test(restore.resourceId)) {
    problems.push(
      `${field}.resourceId is '${restore.resourceId}': expected an instance's resource id, db- and capital letters and digits`,
    );
  }
  if (!UTC_TIME.test(restore.time) || Number.isNaN(Date.parse(restore.time))) {
    problems.push(
      `${field}.time is '${restore.time}': expected a moment in UTC, such as 2026-11-24T03:00:00Z`,
    );
  }
  return problems;
}
