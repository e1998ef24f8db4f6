import { PassThrough } from "node:stream";
import pino from "pino";
import { type TenantSpec, parseTenantSpec } from "../../../tenants/spec";
import { createAuthenticator } from "../../auth";
import { AUDIENCE } from "../../auth/testing/issuer";
import { type OperationKind, ProblemError } from "../../lifecycle";
import type { Operation, OperationInput, Origin, Page, Progress, Tenant, Webhook } from "../../registry";
import { createApi } from "../create-api";
import type { ApiDependencies } from "../dependencies";

const AT = new Date("2026-03-01T12:00:00Z");

/** Where the audit log stands. */
export const HEAD = `4:${"a".repeat(64)}`;

/** A spec that is fine. */
export const specOf = (id: string): TenantSpec =>
  parseTenantSpec(
    {
      id,
      name: `${id} Ltd`,
      tier: "silo",
      contact: `it@${id}.example`,
      cell: "local",
      size: "small",
      database: { engine: "postgres", size: "small" },
    },
    "test",
  );

/** A tenant at version 3. */
export const tenantOf = (id: string): Tenant => ({
  id,
  spec: specOf(id),
  phase: "active",
  version: 3,
  onceActive: true,
  presence: "serving",
  database: { lifetime: 1 },
  snapshotExports: [],
  erasure: [],
  facts: { namespace: `tenant-${id}` },
  createdAt: AT,
  updatedAt: AT,
});

/** An operation that has ended well. */
export const operationOf = (tenantId: string, change: Partial<Operation> = {}): Operation => ({
  id: `op_${tenantId}`,
  tenantId,
  cell: "local",
  kind: "update",
  status: "succeeded",
  input: {},
  phaseBefore: "active",
  requestedBy: "somebody",
  requestId: "r1",
  takeovers: 0,
  createdAt: AT,
  ...change,
});

/** A line of progress. */
export const lineOf = (sequence: number, kind = "step"): Progress => ({
  sequence,
  kind,
  data: { step: `step ${sequence}` },
  at: AT,
});

/** A change that was asked of the fake. */
export interface Started {
  readonly tenantId: string;
  readonly kind: OperationKind;
  readonly input: OperationInput;
  readonly origin: Origin;
  readonly options: object;
}

/** What the API stands on in a test: two tenants, `acme` and `globex`, and what was asked of them. */
export class FakeService {
  readonly tenants = new Map(["acme", "globex"].map((id) => [id, tenantOf(id)]));
  readonly operations = new Map(["acme", "globex"].map((id) => [`op_${id}`, operationOf(id)]));
  readonly progress = new Map<string, Progress[]>([
    ["op_acme", [lineOf(1), lineOf(2), lineOf(3, "end")]],
    ["op_globex", [lineOf(1, "end")]],
  ]);
  readonly started: Started[] = [];
  readonly answers = new Map<string, { hash: string; status: number; body: unknown }>();
  /** Queries that lists were asked. */
  readonly queries: object[] = [];
  readonly log: string[] = [];
  /** How often the audit log was verified. */
  verifications = 0;
  /** What a verification of it waits for. */
  verifying: Promise<unknown> = Promise.resolve();
  /** Thrown by whatever is asked next, until it is taken away. */
  failure: Error | undefined;
  /** What a plan comes to. */
  plan: Partial<Operation> = { status: "succeeded", result: { created: 12 } };

  /** An API over this service. */
  api(issuer: string, more: Partial<ApiDependencies> = {}) {
    return createApi({ ...this.dependencies(issuer), ...more });
  }

  private dependencies(issuer: string): ApiDependencies {
    const sink = new PassThrough();
    sink.on("data", (line: Buffer) => this.log.push(line.toString()));
    const webhook: Webhook = {
      id: "wh_1",
      url: "https://a.example/",
      types: [],
      enabled: true,
      createdAt: AT,
    };
    const delivery = {
      webhookId: "wh_1",
      eventId: "evt_1",
      eventType: "tenant.active",
      tenantId: "acme",
      status: "dead",
      attempts: 9,
      nextAttemptAt: AT,
    } as const;
    return {
      authenticator: createAuthenticator({ issuers: [{ issuer, audience: AUDIENCE }] }),
      logger: pino(sink),
      checkWebhookTarget: () => this.reached(undefined),
      cells: { list: () => this.reached([]) },
      requests: {
        onboard: (_, spec, origin) => this.start(spec.id, "onboard", { spec }, origin, {}),
        start: (_, id, kind, input, origin, options) => this.start(id, kind, input, origin, options),
        cancel: (_, id) => this.reached(operationOf("acme", { id, status: "cancelled" })),
      },
      registry: {
        tenants: {
          find: (id) => this.reached(this.tenants.get(id)),
          list: (query) => {
            const all = [...this.tenants.values()].filter(
              ({ id }) => query.id === undefined || query.id === id,
            );
            return this.page(query, all);
          },
        },
        operations: {
          find: (id) => this.reached(this.operations.get(id)),
          list: (query) => {
            const { tenantId } = query;
            const all = [...this.operations.values()];
            return this.page(
              query,
              all.filter((operation) => tenantId === undefined || operation.tenantId === tenantId),
            );
          },
          progress: (id, after) =>
            this.reached((this.progress.get(id) ?? []).filter(({ sequence }) => sequence > after)),
        },
        events: { list: (query) => this.page(query, []) },
        audit: {
          list: (query) => this.page(query, []),
          verify: async () => {
            this.verifications += 1;
            await this.verifying;
            return this.reached({ entries: 4, head: HEAD });
          },
          has: (head) => this.reached(head === HEAD),
        },
        webhooks: {
          list: (query) => this.page(query, [webhook]),
          find: (id) => this.reached(id === "wh_1" ? webhook : undefined),
          create: (_, input) => this.reached({ webhook: { ...webhook, ...input }, secret: "whsec_1" }),
          remove: (id) => this.reached(id === "wh_1"),
          deliveries: (_, query) => this.page(query, [delivery]),
          resend: (_, __, eventId) => this.reached(eventId === "evt_1" ? delivery : undefined),
        },
        once: async (idempotency, work) => {
          const key = idempotency && `${idempotency.actor} ${idempotency.key}`;
          const known = key === undefined ? undefined : this.answers.get(key);
          if (known !== undefined && known.hash !== idempotency?.requestHash) {
            throw new ProblemError({ type: "idempotency-key-reused", detail: "another request" });
          }
          if (known !== undefined) return { ...known, replayed: true };
          const answer = await work({});
          if (key !== undefined) this.answers.set(key, { ...answer, hash: idempotency?.requestHash ?? "" });
          return { ...answer, replayed: false };
        },
      },
    };
  }

  private start(
    tenantId: string,
    kind: OperationKind,
    input: OperationInput,
    origin: Origin,
    options: object,
  ) {
    this.started.push({ tenantId, kind, input, origin, options });
    const id = `op_${this.started.length}`;
    const operation = operationOf(tenantId, { id, kind, input, status: "queued" });
    this.operations.set(id, kind === "plan" ? { ...operation, ...this.plan } : operation);
    return this.reached({ tenant: this.tenants.get(tenantId) ?? tenantOf(tenantId), operation });
  }

  private page<T>(query: object, items: readonly T[]): Promise<Page<T>> {
    this.queries.push(query);
    return this.reached({ items });
  }

  private reached<T>(value: T): Promise<T> {
    return this.failure === undefined ? Promise.resolve(value) : Promise.reject(this.failure);
  }
}
