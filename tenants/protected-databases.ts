import type { ExportedStack } from "./engine";

/** URNs of the databases that AWS would refuse to delete. The state knows them of a tenant that never came up, too. */
export function protectedDatabases({ deployment }: ExportedStack): string[] {
  return (deployment.resources ?? [])
    .filter(({ inputs }) => inputs?.["deletionProtection"] === true)
    .map(({ urn }) => urn);
}
