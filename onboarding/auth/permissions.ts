import type { Identity } from "./identity";
import type { Role } from "./roles";

/** How far a permission reaches: every tenant, the holder's own, or not at all. */
export type Reach = "all" | "own-tenant" | "none";

/** Reach of one permission for each role. */
export type PermissionRow = Readonly<Record<Role, Reach>>;

const EVERYBODY = { admin: "all", operator: "all", auditor: "all", "tenant-admin": "all" } as const;
const STAFF = { admin: "all", operator: "all", auditor: "all", "tenant-admin": "none" } as const;
const STAFF_AND_TENANT = { ...STAFF, "tenant-admin": "own-tenant" } as const;
const OPERATORS = { admin: "all", operator: "all", auditor: "none", "tenant-admin": "none" } as const;
const OPERATORS_AND_TENANT = { ...OPERATORS, "tenant-admin": "own-tenant" } as const;
const ADMINS = { admin: "all", operator: "none", auditor: "none", "tenant-admin": "none" } as const;
const ADMINS_AND_AUDITORS = { ...ADMINS, auditor: "all" } as const;

/**
 * Who may do what: the one table. Every endpoint names its permission, and a test walks every endpoint of the OpenAPI
 * document with every role, for its own and for a foreign tenant, and holds the answers against it.
 */
export const PERMISSIONS = {
  "tenants.read": STAFF_AND_TENANT,
  "tenants.create": OPERATORS,
  "tenants.update": OPERATORS,
  "tenants.suspend": OPERATORS,
  "tenants.resume": OPERATORS,
  "tenants.rotate": OPERATORS_AND_TENANT,
  "tenants.restore": OPERATORS,
  "tenants.offboard": OPERATORS,
  "tenants.refresh": OPERATORS,
  "tenants.repair": OPERATORS,
  "tenants.retry": OPERATORS,
  /** It cannot be undone. */
  "tenants.purge": ADMINS,
  /** A dry run; it needs the permission of what is planned besides. */
  "tenants.plan": OPERATORS,
  "operations.read": STAFF_AND_TENANT,
  "operations.cancel": OPERATORS,
  /** It tells how many tenants there are, which is nothing for a customer. */
  "cells.read": STAFF,
  "tiers.read": EVERYBODY,
  "webhooks.read": STAFF,
  /** It sends events out of the house. */
  "webhooks.write": ADMINS,
  "audit.read": ADMINS_AND_AUDITORS,
} as const satisfies Readonly<Record<string, PermissionRow>>;

/** A permission's name. */
export type Permission = keyof typeof PERMISSIONS;

/** The tenants that a request may touch. */
export type Scope = { readonly kind: "all" } | { readonly kind: "tenant"; readonly tenantId: string };

/**
 * The tenants that an identity may touch with a permission; undefined where it has not got it.
 * Of several roles the one that reaches farthest counts. A tenant-admin without a tenant has nothing.
 */
export function scopeOf(
  permission: Permission,
  identity: Pick<Identity, "roles" | "tenantId">,
): Scope | undefined {
  const row: PermissionRow = PERMISSIONS[permission];
  const reaches = identity.roles.map((role) => row[role]);
  if (reaches.includes("all")) return { kind: "all" };
  if (reaches.includes("own-tenant") && identity.tenantId !== undefined) {
    return { kind: "tenant", tenantId: identity.tenantId };
  }
  return undefined;
}

/** Whether a scope covers a tenant. */
export function covers(scope: Scope, tenantId: string): boolean {
  return scope.kind === "all" || scope.tenantId === tenantId;
}

/** The roles that have a permission at all, for the message to who has not. */
export function rolesWith(permission: Permission): string[] {
  return Object.entries(PERMISSIONS[permission])
    .filter(([, reach]) => reach !== "none")
    .map(([role]) => role);
}
