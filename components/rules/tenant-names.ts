import { createHash } from "node:crypto";
import { TENANT_MARK } from "./cell-name";

/**
 * Every name that is made from a cell's and a tenant's. They are predictable, because an operator looks for them by
 * hand, and because a fixed RDS identifier makes AWS refuse a replacement that would lose data.
 */
export interface TenantNames {
  /** Kubernetes namespace; the id itself. */
  readonly namespace: string;
  /** Host name the tenant is served at. */
  readonly hostName: string;
  /** Kubernetes group of the tenant's operators. */
  readonly operatorsGroup: string;
  /** IAM role of the tenant's services, at most 64 characters. */
  readonly roleName: string;
  /** Alias of the tenant's KMS key, at most 256 characters with its `alias/`. */
  readonly keyAlias: string;
  /** RDS instance identifier, at most 63 characters. */
  readonly databaseIdentifier: string;
  /** Database inside the instance. */
  readonly databaseName: string;
  /** Master user of the instance, which owns the database. */
  readonly databaseUser: string;
}

/**
 * Longest master user name of RDS, in characters.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (MasterUsername)
 */
export const MAX_DATABASE_USER_LENGTH = 16;

/**
 * Put before names inside the database, so that no id can become a word that an engine reserves
 * (`order`, `select`) and no role of the server's own (`postgres`, `rdsadmin`).
 */
const DATABASE_PREFIX = "t_";

/**
 * A tenant's id with its cell's name before it, `eu-1-t-acme`: unlike that of any other tenant of any other cell. Taken
 * where a name has to be the account's only one, and may hold only letters, digits and single hyphens.
 *
 * @param cell name of the cell
 * @param tenantId id of the tenant, or what stands for it in an IAM policy
 */
export function nameInCell(cell: string, tenantId: string): string {
  return `${cell}-${TENANT_MARK}-${tenantId}`;
}

/**
 * Names of a tenant in a cell. The id and the cell's name are taken as valid (tenant-id.ts, cell-name.ts).
 *
 * @param tenantId the tenant's id
 * @param cell the cell's name and domain
 */
export function tenantNames(
  tenantId: string,
  cell: { readonly name: string; readonly domain: string },
): TenantNames {
  return {
    namespace: tenantId,
    hostName: `${tenantId}.${cell.domain}`,
    operatorsGroup: `tenantry:${tenantId}:operators`,
    roleName: `tenantry-${nameInCell(cell.name, tenantId)}`,
    keyAlias: `alias/tenantry/${cell.name}/${tenantId}`,
    databaseIdentifier: nameInCell(cell.name, tenantId),
    databaseName: databaseWord(tenantId),
    databaseUser: databaseUser(tenantId),
  };
}

function databaseWord(tenantId: string): string {
  return DATABASE_PREFIX + tenantId.replaceAll("-", "_");
}

/**
 * A user's name that fits 16 characters. A longer id is cut and told apart by a hash of the whole; the two underscores
 * keep a cut name from being another tenant's, as no id has two hyphens in a row.
 */
function databaseUser(tenantId: string): string {
  const whole = databaseWord(tenantId);
  if (whole.length <= MAX_DATABASE_USER_LENGTH) return whole;
  const hash = BigInt(`0x${createHash("sha256").update(tenantId).digest("hex")}`)
    .toString(36)
    .slice(-6);
  const kept = MAX_DATABASE_USER_LENGTH - hash.length - 2;
  return `${whole.slice(0, kept)}__${hash}`;
}
