import type { Logger } from "pino";
import type { TenantSpec } from "../../tenants/spec";
import type { Authenticator } from "../auth";
import type { OperationKind, OperationStatus, Phase } from "../lifecycle";
import type {
  AuditEntry,
  Delivery,
  Idempotency,
  Operation,
  OperationInput,
  Origin,
  Page,
  Progress,
  Tenant,
  TenantEvent,
  Webhook,
} from "../registry";
import type { ApiMetrics } from "./metrics";
import type { ApiSettings } from "./settings";

/** A transaction of the registry; the API only hands it on. */
export type Tx = object;

/** Which part of a list to give. */
export interface PageQuery {
  /** The cursor that the page before gave. */
  readonly after?: string;
  readonly limit: number;
}

/** What the API asks of the registry. */
export interface ApiRegistry {
  readonly tenants: {
    find(id: string): Promise<Tenant | undefined>;
    list(query: PageQuery & { phase?: Phase; cell?: string; id?: string }): Promise<Page<Tenant>>;
  };
  readonly operations: {
    find(id: string): Promise<Operation | undefined>;
    list(
      query: PageQuery & { tenantId?: string; status?: OperationStatus; kind?: OperationKind },
    ): Promise<Page<Operation>>;
    progress(id: string, afterSequence: number, limit: number): Promise<Progress[]>;
  };
  readonly events: {
    list(query: PageQuery & { tenantId?: string; type?: string }): Promise<Page<TenantEvent>>;
  };
  readonly audit: {
    list(
      query: PageQuery & { tenantId?: string; actor?: string; action?: string },
    ): Promise<Page<AuditEntry>>;
    verify(): Promise<{ entries: number; broken?: number; head: string }>;
    has(head: string): Promise<boolean>;
  };
  readonly webhooks: {
    list(query: PageQuery): Promise<Page<Webhook>>;
    find(id: string): Promise<Webhook | undefined>;
    create(
      tx: Tx,
      input: { url: string; types: readonly string[]; tenantId?: string },
      origin: Origin,
    ): Promise<{ webhook: Webhook; secret: string }>;
    remove(id: string, origin: Origin): Promise<boolean>;
    deliveries(
      webhookId: string,
      query: PageQuery & { status?: Delivery["status"] },
    ): Promise<Page<Delivery>>;
    resend(tx: Tx, webhookId: string, eventId: string, origin: Origin): Promise<Delivery | undefined>;
  };
  /** Runs `work` in one transaction, once for a key; throws ProblemError `idempotency-key-reused`. */
  once<T>(
    idempotency: Idempotency | undefined,
    work: (tx: Tx) => Promise<{ status: number; body: T }>,
  ): Promise<{ status: number; body: unknown; replayed: boolean }>;
}

/** What happens to a change while another operation is at work on the tenant. */
export type WhenBusy = "refuse" | "queue";

/** An operation that was taken in, and its tenant as it stands then. */
export interface Accepted {
  readonly tenant: Tenant;
  readonly operation: Operation;
}

/** Where changes are taken in. Each throws ProblemError where the change cannot be. */
export interface Requests {
  onboard(tx: Tx, spec: TenantSpec, origin: Origin): Promise<Accepted>;
  start(
    tx: Tx,
    tenantId: string,
    kind: OperationKind,
    input: OperationInput,
    origin: Origin,
    options: { whenBusy: WhenBusy; expectedVersion?: number },
  ): Promise<Accepted>;
  cancel(tx: Tx, operationId: string, origin: Origin): Promise<Operation>;
}

/** A cell, as the API tells of it. */
export interface CellStanding {
  readonly name: string;
  readonly environment: string;
  readonly region: string;
  readonly domain: string;
  /** Tenants that take up room in it. */
  readonly tenants: number;
  /** Tenants that it has room for. */
  readonly capacity: number;
  /** Whether it can take operations. */
  readonly ready: boolean;
}

/** Knows the cells. */
export interface Cells {
  list(): Promise<readonly CellStanding[]>;
}

/** One part that the service needs in order to do anything. */
export interface HealthCheck {
  readonly name: "database" | "engine" | "cell";
  readonly ok: boolean;
  /** Why it is not. */
  readonly detail?: string;
}

/** Knows whether the parts are there. */
export interface Health {
  check(): Promise<readonly HealthCheck[]>;
}

/** What the API is made of. */
export interface ApiDependencies {
  readonly registry: ApiRegistry;
  readonly requests: Requests;
  readonly cells: Cells;
  readonly authenticator: Authenticator;
  /** Refuses a webhook's address that must not be sent to; throws ProblemError `webhook-target-refused`. */
  readonly checkWebhookTarget: (url: string) => Promise<unknown>;
  readonly logger: Logger;
  /** Where what is measured is kept, for the operators' API to tell. Default: nowhere. */
  readonly metrics?: ApiMetrics;
  /** Limits and times; see the defaults there. */
  readonly settings?: Partial<ApiSettings>;
  /** Fires when the service is about to end, and ends the open streams, so that their clients go on elsewhere. */
  readonly closing?: AbortSignal;
}
