import createClient, { type Client } from "openapi-fetch";
import { acceptedOf, dataOf, present } from "./answers";
import type {
  Accepted,
  AuditEntry,
  AuditVerification,
  ChangeOptions,
  Operation,
  QueryOf,
  Tenant,
  TenantEvent,
  TenantSpecInput,
  TenantSpecPatch,
} from "./models";
import { allOf } from "./pages";
import type { components, paths } from "./schema";
import { type Transport, type TransportOptions, createTransport } from "./transport";
import { type WatchOptions, type WatchedProgress, watchStream } from "./watch";
import { Webhooks } from "./webhooks";

/** Where the API is, and how requests are sent. */
export interface TenantryClientOptions extends TransportOptions {
  /** The API's URL, such as `https://api.example.com`. */
  readonly url: string;
}

/** A tenant as it was read, and what to send along for a change of exactly that. */
export interface ReadTenant {
  readonly tenant: Tenant;
  readonly etag: string | undefined;
}

type Schemas = components["schemas"];

/**
 * The onboarding API, typed from its OpenAPI document.
 *
 * Every method rejects with an ApiProblem where the API refuses, a ConnectionError where it cannot be reached, and a
 * LoginError where there is no token. A change that is sent again on the way is done once.
 */
export class TenantryClient {
  /** Every endpoint, by its path. */
  readonly api: Client<paths>;
  readonly webhooks: Webhooks;
  private readonly transport: Transport;
  private readonly url: string;

  constructor({ url, ...transport }: TenantryClientOptions) {
    this.url = url.replace(/\/$/, "");
    this.transport = createTransport(transport);
    this.api = createClient<paths>({ baseUrl: this.url, fetch: this.transport });
    this.webhooks = new Webhooks(this.api);
  }

  /** Onboards a tenant. */
  onboard(spec: TenantSpecInput, { dryRun, whenBusy }: ChangeOptions = {}): Promise<Accepted> {
    return acceptedOf(this.api.POST("/v1/tenants", { params: { query: { dryRun, whenBusy } }, body: spec }));
  }

  /** Changes a tenant's spec. */
  update(
    id: string,
    patch: TenantSpecPatch,
    options: ChangeOptions & { readonly etag: string },
  ): Promise<Accepted> {
    return acceptedOf(
      this.api.PATCH("/v1/tenants/{id}", {
        params: paramsOf(id, options),
        headers: { "Content-Type": "application/merge-patch+json" },
        body: patch,
      }),
    );
  }

  /** Suspends a tenant: its people get a page that says so, its data stays. */
  suspend(id: string, body: Schemas["SuspendInput"] = {}, options: ChangeOptions = {}): Promise<Accepted> {
    return acceptedOf(this.api.POST("/v1/tenants/{id}/suspend", { params: paramsOf(id, options), body }));
  }

  /** Brings a suspended tenant back. */
  resume(id: string, options: ChangeOptions = {}): Promise<Accepted> {
    return acceptedOf(this.api.POST("/v1/tenants/{id}/resume", { params: paramsOf(id, options), body: {} }));
  }

  /** Changes a tenant's secrets. */
  rotate(id: string, options: ChangeOptions = {}): Promise<Accepted> {
    return acceptedOf(this.api.POST("/v1/tenants/{id}/rotate", { params: paramsOf(id, options), body: {} }));
  }

  /** Gives a tenant the data of a snapshot or an earlier time. */
  restore(id: string, body: Schemas["RestoreInput"] = {}, options: ChangeOptions = {}): Promise<Accepted> {
    return acceptedOf(this.api.POST("/v1/tenants/{id}/restore", { params: paramsOf(id, options), body }));
  }

  /** Takes a tenant down, and retains its key and a final snapshot. */
  offboard(id: string, body: Schemas["OffboardInput"] = {}, options: ChangeOptions = {}): Promise<Accepted> {
    return acceptedOf(this.api.POST("/v1/tenants/{id}/offboard", { params: paramsOf(id, options), body }));
  }

  /** Deletes what was retained. */
  purge(id: string, body: Schemas["PurgeInput"] = {}, options: ChangeOptions = {}): Promise<Accepted> {
    return acceptedOf(this.api.POST("/v1/tenants/{id}/purge", { params: paramsOf(id, options), body }));
  }

  /** Looks for drift. */
  refresh(id: string, options: ChangeOptions = {}): Promise<Accepted> {
    return acceptedOf(this.api.POST("/v1/tenants/{id}/refresh", { params: paramsOf(id, options), body: {} }));
  }

  /** Undoes drift. */
  repair(id: string, options: ChangeOptions = {}): Promise<Accepted> {
    return acceptedOf(this.api.POST("/v1/tenants/{id}/repair", { params: paramsOf(id, options), body: {} }));
  }

  /** Goes on with an onboarding that failed. */
  retry(id: string, options: ChangeOptions = {}): Promise<Accepted> {
    return acceptedOf(this.api.POST("/v1/tenants/{id}/retry", { params: paramsOf(id, options), body: {} }));
  }

  /** Reads a tenant. */
  async tenant(id: string): Promise<ReadTenant> {
    const answer = await this.api.GET("/v1/tenants/{id}", { params: { path: { id } } });
    return { tenant: present(answer.data), etag: answer.response.headers.get("ETag") ?? undefined };
  }

  /** All tenants, in the order of their ids. */
  tenants(query: QueryOf<"/v1/tenants"> = {}): AsyncGenerator<Tenant, void, undefined> {
    return allOf((after) => dataOf(this.api.GET("/v1/tenants", { params: { query: { ...query, after } } })));
  }

  /** What happened to a tenant. */
  events(
    id: string,
    query: QueryOf<"/v1/tenants/{id}/events"> = {},
  ): AsyncGenerator<TenantEvent, void, undefined> {
    return allOf((after) =>
      dataOf(
        this.api.GET("/v1/tenants/{id}/events", { params: { path: { id }, query: { ...query, after } } }),
      ),
    );
  }

  /** Reads an operation. */
  operation(id: string): Promise<Operation> {
    return dataOf(this.api.GET("/v1/operations/{id}", { params: { path: { id } } }));
  }

  /** All operations, the newest first. */
  operations(query: QueryOf<"/v1/operations"> = {}): AsyncGenerator<Operation, void, undefined> {
    return allOf((after) =>
      dataOf(this.api.GET("/v1/operations", { params: { query: { ...query, after } } })),
    );
  }

  /** Takes an operation back that has not begun. */
  cancel(id: string): Promise<Operation> {
    return dataOf(this.api.POST("/v1/operations/{id}/cancel", { params: { path: { id } }, body: {} }));
  }

  /** Follows an operation live, to its end; cut off on the way, it goes on where it was. */
  watch(operationId: string, options: WatchOptions = {}): AsyncGenerator<WatchedProgress, void, undefined> {
    const url = `${this.url}/v1/operations/${encodeURIComponent(operationId)}/stream`;
    return watchStream(url, this.transport, options);
  }

  /** Who changed what, the newest first. */
  audit(query: QueryOf<"/v1/audit"> = {}): AsyncGenerator<AuditEntry, void, undefined> {
    return allOf((after) => dataOf(this.api.GET("/v1/audit", { params: { query: { ...query, after } } })));
  }

  /**
   * Recomputes the audit log's chain of hashes.
   *
   * @param head of an earlier verification, which the chain must still have
   */
  verifyAudit(head?: string): Promise<AuditVerification> {
    return dataOf(this.api.GET("/v1/audit/verification", { params: { query: { head } } }));
  }
}

function paramsOf(id: string, { dryRun, whenBusy, etag }: ChangeOptions) {
  return {
    path: { id },
    query: { dryRun, whenBusy },
    header: etag === undefined ? {} : { "If-Match": etag },
  };
}
