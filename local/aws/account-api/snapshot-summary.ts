import type { Snapshot } from "../catalog/rds/snapshots";

/** A DB snapshot, as `DescribeDBSnapshots` tells of it. */
export interface SnapshotSummary {
  readonly identifier: string;
  /** Identifier of the instance it is of, which may be gone. */
  readonly instance: string;
  readonly createdAt: Date;
  /** Final snapshots are manual ones. */
  readonly kind: "manual" | "automated";
  /** Bytes of its rows; 0 where it has none, as those of engines other than PostgreSQL. */
  readonly bytes: number;
}

/** What is told of a snapshot, whose rows' bytes are among `sizes` where it has any. */
export function summaryOf(snapshot: Snapshot, sizes: ReadonlyMap<string, number>): SnapshotSummary {
  const { identifier, instance, createdAt, type } = snapshot;
  return { identifier, instance, createdAt, kind: type, bytes: sizes.get(identifier) ?? 0 };
}
