import type { TenantSize } from "../rules/tenant-size";

/** What a database's size means. */
export interface DatabaseSize {
  /** RDS instance class; all of them take Performance Insights and enhanced monitoring on both engines. */
  readonly instanceClass: string;
  /** Storage at first, in GiB. */
  readonly allocatedStorageGiB: number;
  /** Storage that autoscaling can grow to, in GiB. */
  readonly maxStorageGiB: number;
  /** A standby in another zone that takes over by itself; doubles the cost. */
  readonly multiAz: boolean;
  /** Days that a point in time can be restored to; RDS keeps 35 at most. */
  readonly backupDays: number;
}

/** Sizes of a tenant's dedicated instance. */
export const DATABASE_SIZES = {
  small: {
    instanceClass: "db.t4g.medium",
    allocatedStorageGiB: 20,
    maxStorageGiB: 100,
    multiAz: false,
    backupDays: 7,
  },
  medium: {
    instanceClass: "db.m7g.large",
    allocatedStorageGiB: 100,
    maxStorageGiB: 500,
    multiAz: true,
    backupDays: 14,
  },
  large: {
    instanceClass: "db.m7g.2xlarge",
    allocatedStorageGiB: 400,
    maxStorageGiB: 2000,
    multiAz: true,
    backupDays: 35,
  },
} as const satisfies Readonly<Record<TenantSize, DatabaseSize>>;
