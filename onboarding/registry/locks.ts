/** First number of the service's locks; what else takes advisory locks in the same database keeps away from these. */
const FIRST = 7_216_001;

/** What is locked by a number; the place in the list is the lock's, so no two have the same. New ones go to the end. */
export const LOCK_NAMES = ["registryMigration", "append", "claimDeliveries", "workflowMigration"] as const;

/** What a lock keeps others from. */
export type LockName = (typeof LOCK_NAMES)[number];

/** Number of the advisory lock of that name, for PostgreSQL's `pg_advisory_lock` and its kin. */
export function lockNumber(name: LockName): number {
  return FIRST + LOCK_NAMES.indexOf(name);
}
