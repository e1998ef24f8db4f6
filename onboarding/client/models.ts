import type { components, paths } from "./schema";

type Schemas = components["schemas"];

/** A tenant, as the API tells of it. */
export type Tenant = Schemas["Tenant"];
/** A tenant's spec, as it is sent. */
export type TenantSpecInput = Schemas["TenantSpecInput"];
/** A change of a tenant's spec: a JSON merge patch (RFC 7396). */
export type TenantSpecPatch = Schemas["TenantSpecPatch"];
/** One run of a change on one tenant. */
export type Operation = Schemas["Operation"];
/** What a dry run found. */
export type Plan = Schemas["Plan"];
/** Something that happened to a tenant. */
export type TenantEvent = Schemas["TenantEvent"];
/** One change, in the audit log. */
export type AuditEntry = Schemas["AuditEntry"];
/** Whether the audit log is as it was written. */
export type AuditVerification = Schemas["AuditVerification"];
/** Where events are sent. */
export type Webhook = Schemas["Webhook"];
/** A webhook that was just made, with its secret. */
export type NewWebhook = Schemas["NewWebhook"];
/** One event on its way to one webhook. */
export type Delivery = Schemas["Delivery"];

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the next page; undefined on the last. */
  readonly next?: string;
}

/** What the lists of the API can be asked. */
export type QueryOf<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } }
  ? Q
  : never;

/** How a change is to be made. */
export interface ChangeOptions {
  /** Only plan it. Default: false. */
  readonly dryRun?: boolean;
  /** What to do while another operation is at work on the tenant. Default: `refuse`. */
  readonly whenBusy?: "refuse" | "queue";
  /** The ETag of the tenant that was read: only where it is as it was then. Default: any. */
  readonly etag?: string;
}

/** What became of a change: accepted, or, of a dry run, planned. A dry run that takes long is accepted first. */
export type Accepted =
  | { readonly kind: "operation"; readonly operation: Operation }
  | { readonly kind: "plan"; readonly plan: Plan };
