/** What the holder of a token may be; what each may do is the table in permissions.ts. */
export const ROLES = [
  /** May do everything. */
  "admin",
  /** Runs the fleet: every change of a tenant but its purge; sees no audit log. */
  "operator",
  /** Reads everything, the audit log too; changes nothing. */
  "auditor",
  /** A customer's own administrator: sees its tenant and nobody else's. */
  "tenant-admin",
] as const;

/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** Whether a word from a token names a role. */
export function isRole(word: string): word is Role {
  return ROLES.some((role) => role === word);
}
