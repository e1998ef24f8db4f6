import { z } from "zod";
import type { TenantSpec } from "../../tenants/spec";
import { OPERATION_KINDS, OPERATION_STATUSES, PHASES, type Problem } from "../lifecycle";
import type {
  AuditRow,
  DeliveryRow,
  EventRow,
  OperationRow,
  ProgressRow,
  TenantRow,
  WebhookRow,
} from "./schema";
import type {
  AuditEntry,
  Breach,
  Delivery,
  Erased,
  ExportedSnapshot,
  Operation,
  OperationInput,
  Progress,
  RestoreSource,
  Tenant,
  TenantEvent,
  TenantFacts,
  Webhook,
} from "./types";

/** A JSON column that only the registry itself writes: checked when it was written, typed when it is read. */
function written<T extends object>() {
  return z.custom<T>((value) => typeof value === "object" && value !== null);
}

const count = z.coerce.number();
const phase = z.enum(PHASES);
const data = z.record(z.string(), z.unknown());

/** A row of `tenants` as the service knows it. */
export function tenantOf(row: TenantRow): Tenant {
  return {
    id: row.id,
    spec: written<TenantSpec>().parse(row.spec),
    phase: phase.parse(row.phase),
    version: count.parse(row.version),
    onceActive: row.once_active,
    presence: z.enum(["serving", "suspended", "retained"]).parse(row.presence),
    database: {
      lifetime: row.database_lifetime,
      restoreFrom: written<RestoreSource>()
        .optional()
        .parse(row.restore_from ?? undefined),
    },
    quarantine: row.quarantine ?? undefined,
    breach: written<Breach>()
      .optional()
      .parse(row.breach ?? undefined),
    retainedUntil: row.retained_until ?? undefined,
    finalSnapshot: row.final_snapshot ?? undefined,
    archive: row.archive ?? undefined,
    snapshotExports: z.array(written<ExportedSnapshot>()).parse(row.snapshot_exports),
    erasure: z.array(written<Erased>()).parse(row.erasure),
    facts: written<TenantFacts>().parse(row.facts),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** A row of `operations` as the service knows it. */
export function operationOf(row: OperationRow): Operation {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    cell: row.cell,
    kind: z.enum(OPERATION_KINDS).parse(row.kind),
    status: z.enum(OPERATION_STATUSES).parse(row.status),
    input: written<OperationInput>().parse(row.input),
    step: row.step ?? undefined,
    result: data.optional().parse(row.result ?? undefined),
    problem: written<Problem>()
      .optional()
      .parse(row.problem ?? undefined),
    phaseBefore: phase.parse(row.phase_before),
    requestedBy: row.requested_by,
    requestId: row.request_id,
    traceparent: row.traceparent ?? undefined,
    executor: row.executor ?? undefined,
    takeovers: row.takeovers,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
  };
}

/** A row of `events` as the service knows it. */
export function eventOf(row: EventRow): TenantEvent {
  return {
    id: row.id,
    position: count.parse(row.position),
    sequence: count.parse(row.sequence),
    tenantId: row.tenant_id,
    operationId: row.operation_id ?? undefined,
    type: row.type,
    data: data.parse(row.data),
    at: row.at,
  };
}

/** A row of `progress` as the service knows it. */
export function progressOf(row: ProgressRow): Progress {
  return { sequence: count.parse(row.sequence), kind: row.kind, data: data.parse(row.data), at: row.at };
}

/** A row of `audit` as the service knows it. */
export function auditOf(row: AuditRow): AuditEntry {
  return {
    sequence: count.parse(row.sequence),
    at: row.at,
    actor: row.actor,
    roles: row.roles,
    address: row.address,
    requestId: row.request_id,
    action: row.action,
    tenantId: row.tenant_id ?? undefined,
    before: row.before ?? undefined,
    after: row.after ?? undefined,
    hash: row.hash,
  };
}

/** A row of `webhooks` as the service knows it; the secret stays where it is. */
export function webhookOf(row: Omit<WebhookRow, "secret">): Webhook {
  return {
    id: row.id,
    url: row.url,
    types: row.types,
    tenantId: row.tenant_id ?? undefined,
    enabled: row.enabled,
    createdAt: row.created_at,
  };
}

/** A row of `deliveries` with its event's type as the service knows it. */
export function deliveryOf(row: DeliveryRow & { type: string }): Delivery {
  return {
    webhookId: row.webhook_id,
    eventId: row.event_id,
    eventType: row.type,
    tenantId: row.tenant_id,
    status: z.enum(["pending", "delivered", "dead"]).parse(row.status),
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    lastError: row.last_error ?? undefined,
    deliveredAt: row.delivered_at ?? undefined,
  };
}
