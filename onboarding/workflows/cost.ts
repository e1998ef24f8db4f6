import { DATABASE_SIZES } from "../../components";
import type { TenantSpec } from "../../tenants/spec";

/** What one thing costs. */
export interface CostItem {
  readonly what: string;
  readonly usdAMonth: number;
}

/** Instance classes that tenants' databases have: each has a price, or this does not compile. */
type InstanceClass = (typeof DATABASE_SIZES)[TenantSpec["database"]["size"]]["instanceClass"];

/** Hours that AWS bills a month at most. */
const HOURS = 730;

/**
 * On-demand prices in US East (N. Virginia), PostgreSQL, one zone, USD an hour. Other regions differ by up to a third.
 * Source: https://aws.amazon.com/rds/postgresql/pricing/
 */
const INSTANCE_HOUR: Readonly<Record<InstanceClass, number>> = {
  "db.t4g.medium": 0.065,
  "db.m7g.large": 0.168,
  "db.m7g.2xlarge": 0.673,
};

/** gp3 storage of one zone, USD a GiB and month. Source: as above. */
const STORAGE_GIB_MONTH = 0.115;

/** Of https://aws.amazon.com/kms/pricing/ and https://aws.amazon.com/secrets-manager/pricing/ */
const KEY_MONTH = 1;
const SECRET_MONTH = 0.4;

/** What a tenant costs a month, without traffic, backups beyond the storage's size, and its share of the nodes. */
export function costOf(
  spec: TenantSpec,
  presence: "serving" | "suspended" | "retained" = "serving",
): CostItem[] {
  const key = { what: "KMS key", usdAMonth: KEY_MONTH };
  if (presence === "retained") return [key];
  const { size } = spec.database;
  const { instanceClass, allocatedStorageGiB: gib, multiAz } = DATABASE_SIZES[size];
  const zones = multiAz ? 2 : 1;
  return [
    key,
    { what: `RDS instance, ${size}`, usdAMonth: round(INSTANCE_HOUR[instanceClass] * HOURS * zones) },
    { what: `${gib} GiB of gp3 storage`, usdAMonth: round(STORAGE_GIB_MONTH * gib * zones) },
    { what: "secret of the database's user", usdAMonth: SECRET_MONTH },
  ];
}

/** The sum of a list of costs. */
export function totalOf(items: readonly CostItem[]): number {
  return round(items.reduce((sum, { usdAMonth }) => sum + usdAMonth, 0));
}

function round(usd: number): number {
  return Math.round(usd * 100) / 100;
}
