import type { TenantSpec } from "../../tenants/spec";

/** What one thing costs. */
export interface CostItem {
  readonly what: string;
  readonly usdAMonth: number;
}

/** Hours that AWS bills a month at most. */
const HOURS = 730;

/**
 * On-demand prices in US East (N. Virginia), PostgreSQL, one zone, USD an hour. Other regions differ by up to a third.
 * Source: https://aws.amazon.com/rds/postgresql/pricing/
 */
const INSTANCE_HOUR = { small: 0.065, medium: 0.168, large: 0.673 } as const;

/** gp3 storage of one zone, USD a GiB and month. Source: as above. */
const STORAGE_GIB_MONTH = 0.115;

/** First storage of each size, GiB, and whether a standby doubles the cost; as components/tenant-database makes them. */
const SHAPE = {
  small: { gib: 20, zones: 1 },
  medium: { gib: 100, zones: 2 },
  large: { gib: 400, zones: 2 },
} as const;

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
  const { gib, zones } = SHAPE[size];
  return [
    key,
    { what: `RDS instance, ${size}`, usdAMonth: round(INSTANCE_HOUR[size] * HOURS * zones) },
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
