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
