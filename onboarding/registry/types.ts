import type { TenantSpec } from "../../tenants/spec";
import type { OperationKind, OperationStatus, Phase, Problem } from "../lifecycle";

/** Who asks for something. */
export interface Actor {
  /** The token's subject. */
  readonly subject: string;
  /** The token's issuer. */
  readonly issuer: string;
  /** Roles granted, such as `admin`. */
  readonly roles: readonly string[];
}

/** A request as registry and audit log know it. */
export interface Origin {
  readonly actor: Actor;
  /** Address the request came from. */
  readonly address: string;
  /** Id of the HTTP request. */
  readonly requestId: string;
  /** W3C trace context, handed on to the operation. */
  readonly traceparent?: string;
}

/** Where a tenant's present database came from, where that was not an empty one. */
export type RestoreSource =
  { readonly snapshot: string } | { readonly resourceId: string; /** ISO 8601. */ readonly time: string };

/** What is known of a tenant once its stack is up. */
export interface TenantFacts {
  readonly hostName?: string;
  readonly namespace?: string;
  readonly operatorsGroup?: string;
  readonly keyArn?: string;
  readonly roleArn?: string;
  readonly database?: {
    readonly engine: string;
    readonly endpoint: string;
    readonly port: number;
    readonly name: string;
    readonly username: string;
    readonly secretArn: string;
    readonly identifier: string;
    readonly resourceId?: string;
    readonly finalSnapshot?: string;
  };
  readonly release?: string;
}

/** A snapshot that is exported into the archives, to make room in the region's quota of manual snapshots. */
export interface ExportedSnapshot {
  /** Identifier of the snapshot. */
  readonly snapshot: string;
  /** What the names of the export's files begin with, among the archives. */
  readonly location: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601; undefined while the export is under way. The snapshot is deleted after it, and never before. */
  readonly completedAt?: string;
}

/** Where a quarantined tenant got through. For staff alone: it names another customer, and no API answer holds it. */
export interface Breach {
  /** Id of the tenant it got through to; undefined where it was asked without one. */
  readonly neighbour?: string;
  /** The probes that found it. */
  readonly probes: readonly string[];
}

/** One thing of a tenant's that a purge found. */
export interface Erased {
  /** What it is: a Pulumi type, or a word such as `archive`. */
  readonly what: string;
  readonly id: string;
  /** ISO 8601, when it was deleted; undefined as long as it is not. */
  readonly at?: string;
}

/** A tenant in the registry. */
export interface Tenant {
  readonly id: string;
  /** What was ordered: what its stack is brought to. */
  readonly spec: TenantSpec;
  readonly phase: Phase;
  /** Counts the changes of the row; the ETag. */
  readonly version: number;
  readonly onceActive: boolean;
  /** What its stack is meant to hold when no operation is at work. */
  readonly presence: "serving" | "suspended" | "retained";
  /** How many databases it has had, and where the present one came from. */
  readonly database: { readonly lifetime: number; readonly restoreFrom?: RestoreSource };
  /** Why it is quarantined; undefined where it is not. */
  readonly quarantine?: string;
  /** Where it got through; undefined where it is not quarantined. */
  readonly breach?: Breach;
  /** Before this time a retained tenant is not purged without force. */
  readonly retainedUntil?: Date;
  /** What the last offboarding left. */
  readonly finalSnapshot?: string;
  readonly archive?: string;
  /** Its snapshots that were or are being exported, the oldest export first. */
  readonly snapshotExports: readonly ExportedSnapshot[];
  /** What its purges have found, those that failed among them. */
  readonly erasure: readonly Erased[];
  readonly facts: TenantFacts;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What an operation was asked, by kind; fields of other kinds are absent. */
export interface OperationInput {
  /** `onboard`, `update`, `plan`: the spec to bring the tenant to. */
  readonly spec?: TenantSpec;
  /** `update`: the merge patch that was asked for; when its turn comes it is applied to the spec as it is then. */
  readonly patch?: Readonly<Record<string, unknown>>;
  /** `update`: the spec that the patch was decided on, where it is to be applied to no other. */
  readonly basedOn?: TenantSpec;
  /** `suspend`, `offboard`, `purge`: why, for people and the audit log. */
  readonly reason?: string;
  /** `restore`: from which snapshot, or to which time; by default the final snapshot of a retained tenant. */
  readonly restore?: { readonly snapshot: string } | { readonly time: string };
  /** `offboard`: days until a purge is allowed. */
  readonly retentionDays?: number;
  /** `purge`: also before the retention period is over. */
  readonly force?: boolean;
  /** `plan`: the kind of operation that is planned. */
  readonly planned?: OperationKind;
}

/** One run of a change on a tenant. */
export interface Operation {
  readonly id: string;
  readonly tenantId: string;
  readonly cell: string;
  readonly kind: OperationKind;
  readonly status: OperationStatus;
  readonly input: OperationInput;
  /** The step it is at, or was at last. */
  readonly step?: string;
  /** Facts for who asked: a plan, drift, a certificate. Never a secret. */
  readonly result?: Readonly<Record<string, unknown>>;
  /** Why it failed. */
  readonly problem?: Problem;
  /** Phase the tenant was in before. */
  readonly phaseBefore: Phase;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly traceparent?: string;
  /** The worker that has it, or had it last. */
  readonly executor?: string;
  /** How often in a row it was taken over from a worker that was gone, in the step it is at. */
  readonly takeovers: number;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
}

/** Something that happened to a tenant, as webhooks tell it. */
export interface TenantEvent {
  /** The same at every delivery. */
  readonly id: string;
  /** Grows over all events; the cursor. */
  readonly position: number;
  /** Grows by one within the tenant. */
  readonly sequence: number;
  readonly tenantId: string;
  readonly operationId?: string;
  /** Such as `tenant.active` or `operation.failed`. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** One line of an operation's progress, as its stream tells it. */
export interface Progress {
  /** Grows within the operation; the stream's event id. */
  readonly sequence: number;
  /** `step`, `resource`, `probe`, `message` or `end`. */
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** One change, in the audit log. */
export interface AuditEntry {
  readonly sequence: number;
  readonly at: Date;
  readonly actor: string;
  readonly roles: readonly string[];
  readonly address: string;
  readonly requestId: string;
  /** Such as `tenant.suspend` or `webhook.create`. */
  readonly action: string;
  readonly tenantId?: string;
  readonly before: unknown;
  readonly after: unknown;
  /** SHA-256 over this entry and the hash before it, hexadecimal. */
  readonly hash: string;
}

/** Where events are sent. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  /** Event types to send; empty sends all. */
  readonly types: readonly string[];
  /** Only this tenant's events, where set. */
  readonly tenantId?: string;
  readonly enabled: boolean;
  readonly createdAt: Date;
}

/** One event on its way to one webhook. */
export interface Delivery {
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly tenantId: string;
  readonly status: "pending" | "delivered" | "dead";
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  /** What the last attempt met. */
  readonly lastError?: string;
  readonly deliveredAt?: Date;
}

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the next page; undefined on the last. */
  readonly next?: string;
}

/** A cell that tenants can be placed in. */
export interface CellRecord {
  /** Name of the cell, which is its platform stack's. */
  readonly name: string;
  readonly environment: string;
  readonly region: string;
  readonly domain: string;
  /** Tenants that it takes at most. */
  readonly capacity: number;
  /** Whether its stack is up and its Kubernetes API answers. */
  readonly ready: boolean;
  /** When that was looked at. */
  readonly checkedAt: Date;
}
