import type { ColumnType, Generated, GeneratedAlways, Selectable } from "kysely";

/** A JSON column: read as a value, written as text, so that arrays are not taken for PostgreSQL's own. */
type Json = ColumnType<unknown, string | null, string | null>;
/** A 64-bit number, which the driver reads as text. */
type BigInt64 = ColumnType<string, number | undefined, number | string>;
type Time = ColumnType<Date, Date | string | undefined, Date | string>;
type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

interface TenantsTable {
  id: string;
  spec: Json;
  phase: string;
  version: BigInt64;
  once_active: Generated<boolean>;
  presence: Generated<string>;
  database_lifetime: Generated<number>;
  restore_from: Json | null;
  quarantine: string | null;
  breach: Json | null;
  retained_until: OptionalTime;
  final_snapshot: string | null;
  archive: string | null;
  facts: ColumnType<unknown, string | undefined, string>;
  snapshot_exports: ColumnType<unknown, string | undefined, string>;
  erasure: ColumnType<unknown, string | undefined, string>;
  next_sequence: BigInt64;
  created_at: Time;
  updated_at: Time;
}

interface OperationsTable {
  id: string;
  position: GeneratedAlways<string>;
  tenant_id: string;
  cell: string;
  kind: string;
  status: string;
  input: Json;
  step: string | null;
  result: Json | null;
  problem: Json | null;
  phase_before: string;
  requested_by: string;
  requester: string;
  place: number | null;
  request_id: string;
  traceparent: string | null;
  executor: string | null;
  takeovers: Generated<number>;
  created_at: Time;
  started_at: OptionalTime;
  ended_at: OptionalTime;
}

interface ProgressTable {
  operation_id: string;
  sequence: ColumnType<string, number, number>;
  kind: string;
  data: Json;
  at: Time;
}

interface EventsTable {
  id: string;
  position: GeneratedAlways<string>;
  sequence: ColumnType<string, number | string, never>;
  tenant_id: string;
  operation_id: string | null;
  type: string;
  data: Json;
  at: Time;
}

interface WebhooksTable {
  id: string;
  position: GeneratedAlways<string>;
  url: string;
  types: string[];
  tenant_id: string | null;
  secret: string;
  enabled: Generated<boolean>;
  created_at: Time;
}

interface DeliveriesTable {
  webhook_id: string;
  event_id: string;
  tenant_id: string;
  position: ColumnType<string, number | string, never>;
  status: Generated<string>;
  attempts: Generated<number>;
  next_attempt_at: Time;
  leased_until: OptionalTime;
  claim: string | null;
  last_error: string | null;
  delivered_at: OptionalTime;
}

interface AuditTable {
  sequence: ColumnType<string, number, never>;
  at: Time;
  actor: string;
  roles: string[];
  address: string;
  request_id: string;
  action: string;
  tenant_id: string | null;
  before: Json | null;
  after: Json | null;
  hash: string;
}

interface IdempotencyTable {
  actor: string;
  key: string;
  request_hash: string;
  status: number;
  body: Json;
  created_at: Time;
}

interface CellsTable {
  name: string;
  environment: string;
  region: string;
  domain: string;
  capacity: number;
  ready: boolean;
  checked_at: Time;
}

interface SinksTable {
  name: string;
  position: BigInt64;
}

/** The registry's tables, as the query builder knows them. */
export interface Database {
  "tenantry.tenants": TenantsTable;
  "tenantry.operations": OperationsTable;
  "tenantry.progress": ProgressTable;
  "tenantry.events": EventsTable;
  "tenantry.webhooks": WebhooksTable;
  "tenantry.deliveries": DeliveriesTable;
  "tenantry.audit": AuditTable;
  "tenantry.idempotency": IdempotencyTable;
  "tenantry.sinks": SinksTable;
  "tenantry.cells": CellsTable;
}

/** Rows as they are read. */
export type TenantRow = Selectable<TenantsTable>;
export type OperationRow = Selectable<OperationsTable>;
export type ProgressRow = Selectable<ProgressTable>;
export type EventRow = Selectable<EventsTable>;
export type WebhookRow = Selectable<WebhooksTable>;
export type DeliveryRow = Selectable<DeliveriesTable>;
export type AuditRow = Selectable<AuditTable>;
