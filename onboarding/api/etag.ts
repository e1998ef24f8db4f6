import { ProblemError } from "../lifecycle";
import type { Tenant } from "../registry";

/** The entity tag of a tenant's version. */
export function etagOf({ version }: Pick<Tenant, "version">): string {
  return `"${version}"`;
}

/** Whether `If-None-Match` names an entity tag: weak comparison (RFC 9110, section 13.1.2). */
export function isNotModified(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return tagsIn(ifNoneMatch).some((tag) => tag === "*" || tag.replace(/^W\//, "") === etag);
}

/**
 * Holds `If-Match` against a tenant: strong comparison (RFC 9110, section 13.1.1).
 *
 * @returns the version that the change must still find; undefined where any will do
 * @throws ProblemError `precondition-failed`
 */
export function expectedVersion(
  ifMatch: string | undefined,
  tenant: Pick<Tenant, "id" | "version">,
): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === "*") return undefined;
  if (tagsIn(ifMatch).includes(etagOf(tenant))) return tenant.version;
  const message = `If-Match is ${ifMatch}: expected ${etagOf(tenant)}, the version that tenant '${tenant.id}' has now`;
  throw new ProblemError({
    type: "precondition-failed",
    detail: message,
    next: "read the tenant again, and decide again",
    fields: [{ field: "If-Match", message }],
    extensions: { version: tenant.version },
  });
}

function tagsIn(header: string): string[] {
  return header.split(",").map((tag) => tag.trim());
}
