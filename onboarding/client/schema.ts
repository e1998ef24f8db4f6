/* eslint-disable -- made by: npm run docs */
// The API's types, made from its OpenAPI document. What is changed here by hand is lost.

export interface paths {
  "/v1/tenants": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List tenants */
    get: operations["listTenants"];
    put?: never;
    /** Onboard a tenant */
    post: operations["createTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a tenant */
    get: operations["getTenant"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change a tenant's spec */
    patch: operations["updateTenant"];
    trace?: never;
  };
  "/v1/tenants/{id}/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List what happened to a tenant */
    get: operations["listTenantEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{id}/suspend": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Suspend a tenant: its people get a page that says so, its data stays */
    post: operations["suspendTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{id}/resume": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Bring a suspended tenant back */
    post: operations["resumeTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{id}/rotate": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Change a tenant's secrets */
    post: operations["rotateTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{id}/restore": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Give a tenant the data of a snapshot or an earlier time */
    post: operations["restoreTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{id}/offboard": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Take a tenant down, and retain its key and a final snapshot */
    post: operations["offboardTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{id}/purge": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Delete what was retained; it cannot be undone */
    post: operations["purgeTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{id}/refresh": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Look for drift */
    post: operations["refreshTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{id}/repair": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Undo drift */
    post: operations["repairTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{id}/retry": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Go on with an onboarding that failed */
    post: operations["retryTenant"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/operations": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List operations */
    get: operations["listOperations"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tenants/{id}/operations": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List a tenant's operations */
    get: operations["listTenantOperations"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/operations/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an operation */
    get: operations["getOperation"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/operations/{id}/cancel": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Take an operation back that has not begun */
    post: operations["cancelOperation"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/operations/{id}/stream": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Follow an operation live
     * @description Server-sent events: `id` is the line's sequence, `event` its kind (`step`, `resource`, `probe`, `message`, `end`), `data` JSON. It ends after `end`. A client that was cut off goes on where it was by `Last-Event-ID`; the stream also ends with its token.
     */
    get: operations["streamOperation"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/cells": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the cells */
    get: operations["listCells"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tiers": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the tiers */
    get: operations["listTiers"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List webhooks */
    get: operations["listWebhooks"];
    put?: never;
    /** Send events to an address */
    post: operations["createWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a webhook */
    get: operations["getWebhook"];
    put?: never;
    post?: never;
    /** Send no more events to an address */
    delete: operations["deleteWebhook"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}/deliveries": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List what was or is to be delivered to a webhook */
    get: operations["listDeliveries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}/deliveries/{eventId}/resend": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Deliver an event again */
    post: operations["resendDelivery"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/audit": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List who changed what */
    get: operations["listAudit"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/audit/verification": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Recompute the audit log's chain of hashes */
    get: operations["verifyAudit"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/healthz": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the process answers */
    get: operations["getLiveness"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Plan: {
      /** @description The operation that planned it. */
      operationId: string;
      tenantId: string;
      /** @enum {string} */
      planned?:
        | "onboard"
        | "update"
        | "suspend"
        | "resume"
        | "rotate"
        | "restore"
        | "offboard"
        | "purge"
        | "refresh"
        | "repair"
        | "plan";
      plan: components["schemas"]["PlanContent"];
    };
    PlanContent: {
      create?: components["schemas"]["PlannedResource"][];
      update?: components["schemas"]["PlannedResource"][];
      replace?: components["schemas"]["PlannedResource"][];
      delete?: components["schemas"]["PlannedResource"][];
      /** @description How many resources, by what is done to them. */
      changes?: {
        [key: string]: number;
      };
      /** @description What is done besides, in words. */
      note?: string;
      cost?: components["schemas"]["PlannedCost"];
      /** @description What the policies have against it; empty where nothing. */
      policies?: {
        policy: string;
        level: string;
        message: string;
      }[];
    } & {
      [key: string]: unknown;
    };
    PlannedResource: {
      type: string;
      name: string;
      /** @description The properties that differ, where that is known. */
      changed?: string[];
    };
    PlannedCost: {
      items: {
        what: string;
        usdAMonth: number;
      }[];
      /** @description What the tenant costs afterwards. */
      usdAMonth: number;
      /** @description How much more than now. */
      changeUsdAMonth: number;
    };
    Operation: {
      id: string;
      tenantId: string;
      cell: string;
      /** @enum {string} */
      kind:
        | "onboard"
        | "update"
        | "suspend"
        | "resume"
        | "rotate"
        | "restore"
        | "offboard"
        | "purge"
        | "refresh"
        | "repair"
        | "plan";
      /** @enum {string} */
      status: "waiting" | "queued" | "running" | "succeeded" | "failed" | "cancelled";
      input: components["schemas"]["OperationInput"];
      /** @description The step it is at, or was at last. */
      step?: string;
      /** @description Facts for who asked: a plan, drift, a certificate. */
      result?: {
        [key: string]: unknown;
      };
      problem?: components["schemas"]["Problem"];
      /** @enum {string} */
      phaseBefore:
        | "requested"
        | "provisioning"
        | "verifying"
        | "active"
        | "updating"
        | "suspended"
        | "retained"
        | "purged"
        | "failed";
      requestedBy: string;
      requestId: string;
      /**
       * Format: date-time
       * @example 2026-03-01T12:00:00.000Z
       */
      createdAt: string;
      /**
       * Format: date-time
       * @example 2026-03-01T12:00:00.000Z
       */
      startedAt?: string;
      /**
       * Format: date-time
       * @example 2026-03-01T12:00:00.000Z
       */
      endedAt?: string;
    };
    OperationInput: {
      spec?: components["schemas"]["TenantSpec"];
      /** @description The merge patch of an update, which is applied to the spec when its turn comes. */
      patch?: {
        [key: string]: unknown;
      };
      reason?: string;
      restore?:
        | {
            snapshot: string;
          }
        | {
            time: string;
          };
      retentionDays?: number;
      force?: boolean;
      /** @enum {string} */
      planned?:
        | "onboard"
        | "update"
        | "suspend"
        | "resume"
        | "rotate"
        | "restore"
        | "offboard"
        | "purge"
        | "refresh"
        | "repair"
        | "plan";
    };
    /**
     * @example {
     *       "id": "acme",
     *       "name": "Acme Corporation",
     *       "tier": "silo",
     *       "contact": "platform@acme.example",
     *       "cell": "local",
     *       "size": "small",
     *       "database": {
     *         "engine": "postgres",
     *         "size": "small",
     *         "deletionProtection": true
     *       },
     *       "operators": {
     *         "principalArns": []
     *       },
     *       "release": {}
     *     }
     */
    TenantSpec: {
      id: string;
      name: string;
      /** @enum {string} */
      tier: "silo" | "bridge" | "pool";
      contact: string;
      cell: string;
      /** @enum {string} */
      size: "small" | "medium" | "large";
      database: {
        /** @enum {string} */
        engine: "postgres" | "mysql";
        version?: string;
        /** @enum {string} */
        size: "small" | "medium" | "large";
        deletionProtection: boolean;
      };
      operators: {
        principalArns: string[];
      };
      release: {
        gateway?: string;
        web?: string;
        app?: string;
        admin?: string;
      };
    };
    /**
     * @description What went wrong, after RFC 9457. Members that are not listed say more, such as the operation in the way.
     * @example {
     *       "type": "https://tenantry.dev/problems/invalid-spec",
     *       "title": "The tenant's spec is wrong",
     *       "status": 422,
     *       "detail": "database.size is 'huge': expected 'small', 'medium', 'large'",
     *       "instance": "urn:tenantry:request:7f9c2ba4",
     *       "fields": [
     *         {
     *           "field": "database.size",
     *           "message": "database.size is 'huge': expected 'small', 'medium', 'large'"
     *         }
     *       ]
     *     }
     */
    Problem: {
      /**
       * Format: uri
       * @description Stable; tells programs what went wrong. A name: nothing is to be found at that address.
       * @enum {string}
       */
      type:
        | "https://tenantry.dev/problems/invalid-request"
        | "https://tenantry.dev/problems/invalid-spec"
        | "https://tenantry.dev/problems/unauthenticated"
        | "https://tenantry.dev/problems/forbidden"
        | "https://tenantry.dev/problems/not-found"
        | "https://tenantry.dev/problems/method-not-allowed"
        | "https://tenantry.dev/problems/tenant-id-taken"
        | "https://tenantry.dev/problems/tenant-busy"
        | "https://tenantry.dev/problems/wrong-phase"
        | "https://tenantry.dev/problems/not-cancellable"
        | "https://tenantry.dev/problems/precondition-failed"
        | "https://tenantry.dev/problems/precondition-required"
        | "https://tenantry.dev/problems/body-too-large"
        | "https://tenantry.dev/problems/unsupported-media-type"
        | "https://tenantry.dev/problems/idempotency-key-reused"
        | "https://tenantry.dev/problems/immutable-field"
        | "https://tenantry.dev/problems/webhook-target-refused"
        | "https://tenantry.dev/problems/too-many-requests"
        | "https://tenantry.dev/problems/policy-violation"
        | "https://tenantry.dev/problems/quota-exceeded"
        | "https://tenantry.dev/problems/access-denied"
        | "https://tenantry.dev/problems/throttled"
        | "https://tenantry.dev/problems/not-settled"
        | "https://tenantry.dev/problems/cluster-unavailable"
        | "https://tenantry.dev/problems/database-unavailable"
        | "https://tenantry.dev/problems/cell-unavailable"
        | "https://tenantry.dev/problems/name-taken"
        | "https://tenantry.dev/problems/image-unavailable"
        | "https://tenantry.dev/problems/timed-out"
        | "https://tenantry.dev/problems/interrupted"
        | "https://tenantry.dev/problems/disk-full"
        | "https://tenantry.dev/problems/engine-missing"
        | "https://tenantry.dev/problems/stack-locked"
        | "https://tenantry.dev/problems/creation-undecided"
        | "https://tenantry.dev/problems/probe-failed"
        | "https://tenantry.dev/problems/isolation-breached"
        | "https://tenantry.dev/problems/snapshot-missing"
        | "https://tenantry.dev/problems/resource-failed"
        | "https://tenantry.dev/problems/unavailable"
        | "https://tenantry.dev/problems/internal";
      /** @description The kind of problem, in words. */
      title: string;
      status: number;
      /** @description This very case: the field, its value and what was expected. */
      detail: string;
      /** @description The request, by its id. */
      instance?: string;
      /** @description What to do next. */
      next?: string;
      fields?: {
        /** @description Path of the field, or name of the parameter or header. */
        field: string;
        message: string;
      }[];
    } & {
      [key: string]: unknown;
    };
    /**
     * @example {
     *       "id": "acme",
     *       "name": "Acme Corporation",
     *       "tier": "silo",
     *       "contact": "platform@acme.example",
     *       "cell": "local",
     *       "size": "small",
     *       "database": {
     *         "engine": "postgres",
     *         "size": "small"
     *       }
     *     }
     */
    TenantSpecInput: {
      /**
       * @description Slug of the tenant, for ever. Reserved words, such as `kube-system` or `admin`, are refused, and so is an id that was ever used before.
       * @example acme
       */
      id: string;
      /** @description Name of the company, for people. */
      name: string;
      /**
       * @description How much the tenant has to itself. See `/v1/tiers` for what is offered.
       * @enum {string}
       */
      tier: "silo" | "bridge" | "pool";
      /** Format: email */
      contact: string;
      /** @description Cell that the tenant is placed in. See `/v1/cells`. */
      cell: string;
      /** @enum {string} */
      size: "small" | "medium" | "large";
      /** @description Its engine cannot change. The version is the cell's line, or a minor version of it. */
      database: {
        /** @enum {string} */
        engine: "postgres" | "mysql";
        version?: string;
        /** @enum {string} */
        size: "small" | "medium" | "large";
        /** @default true */
        deletionProtection?: boolean;
      };
      /**
       * @description AWS principals that may act as the tenant's operators in its namespace, each once.
       * @default {
       *       "principalArns": []
       *     }
       */
      operators?: {
        /** @default [] */
        principalArns?: string[];
      };
      /**
       * @description Images to run instead of the current release's, by digest.
       * @default {}
       */
      release?: {
        gateway?: string;
        web?: string;
        app?: string;
        admin?: string;
      };
    };
    TenantPage: {
      items: components["schemas"]["Tenant"][];
      /** @description Cursor of the next page; absent on the last. */
      next?: string;
    };
    Tenant: {
      id: string;
      spec: components["schemas"]["TenantSpec"];
      /** @enum {string} */
      phase:
        | "requested"
        | "provisioning"
        | "verifying"
        | "active"
        | "updating"
        | "suspended"
        | "retained"
        | "purged"
        | "failed";
      /** @description Counts the changes; the `ETag` holds it. */
      version: number;
      /**
       * @description What its stack is meant to hold when no operation is at work.
       * @enum {string}
       */
      presence: "serving" | "suspended" | "retained";
      onceActive: boolean;
      database: {
        /** @description How many databases it has had. */
        lifetime: number;
        restoreFrom?: {
          [key: string]: unknown;
        };
      };
      /** @description Why it is quarantined; absent where it is not. */
      quarantine?: string;
      /**
       * Format: date-time
       * @example 2026-03-01T12:00:00.000Z
       */
      retainedUntil?: string;
      finalSnapshot?: string;
      archive?: string;
      snapshotExports: components["schemas"]["ExportedSnapshot"][];
      facts: components["schemas"]["TenantFacts"];
      /**
       * Format: date-time
       * @example 2026-03-01T12:00:00.000Z
       */
      createdAt: string;
      /**
       * Format: date-time
       * @example 2026-03-01T12:00:00.000Z
       */
      updatedAt: string;
    };
    /** @description A final snapshot that was or is being exported to S3, to make room in RDS's quota. */
    ExportedSnapshot: {
      snapshot: string;
      /** @description What the names of its files begin with, among the archives. */
      location: string;
      /**
       * Format: date-time
       * @example 2026-03-01T12:00:00.000Z
       */
      startedAt: string;
      /**
       * Format: date-time
       * @description Absent while it is under way; the snapshot is deleted after it.
       * @example 2026-03-01T12:00:00.000Z
       */
      completedAt?: string;
    };
    /** @description What is known of the tenant once its stack is up. */
    TenantFacts: {
      hostName?: string;
      namespace?: string;
      operatorsGroup?: string;
      keyArn?: string;
      roleArn?: string;
      database?: {
        engine: string;
        endpoint: string;
        port: number;
        name: string;
        username: string;
        /** @description Where the password is; it is never told here. */
        secretArn: string;
        identifier: string;
        resourceId?: string;
        finalSnapshot?: string;
      };
      release?: string;
    };
    TenantEventPage: {
      items: components["schemas"]["TenantEvent"][];
      /** @description Cursor of the next page; absent on the last. */
      next?: string;
    };
    TenantEvent: {
      id: string;
      /** @description Grows over all events. */
      position: number;
      /** @description Grows by one within the tenant. */
      sequence: number;
      tenantId: string;
      operationId?: string;
      /** @example tenant.active */
      type: string;
      data: {
        [key: string]: unknown;
      };
      /**
       * Format: date-time
       * @example 2026-03-01T12:00:00.000Z
       */
      at: string;
    };
    /**
     * @description A JSON merge patch (RFC 7396) of the tenant's spec: what is absent stays, `null` takes an optional member away. `id`, `cell` and `tier` cannot change.
     * @example {
     *       "size": "medium",
     *       "database": {
     *         "size": "medium"
     *       }
     *     }
     */
    TenantSpecPatch: {
      name?: string;
      /** Format: email */
      contact?: string;
      /** @enum {string} */
      size?: "small" | "medium" | "large";
      database?: {
        version?: string | null;
        /** @enum {string} */
        size?: "small" | "medium" | "large";
        deletionProtection?: boolean | null;
      };
      operators?: {
        principalArns?: string[] | null;
      } | null;
      release?: {
        gateway?: string | null;
        web?: string | null;
        app?: string | null;
        admin?: string | null;
      } | null;
    };
    /**
     * @example {
     *       "reason": "invoice 2026-114 is unpaid"
     *     }
     */
    SuspendInput: {
      /** @description Why, for people and the audit log. */
      reason?: string;
    };
    /** @example {} */
    PlainInput: Record<string, never>;
    /**
     * @example {
     *       "restore": {
     *         "time": "2026-03-01T12:00:00Z"
     *       }
     *     }
     */
    RestoreInput: {
      /** @description From which snapshot, or to which time; by default the final snapshot of a retained tenant. */
      restore?:
        | {
            snapshot: string;
          }
        | {
            /** Format: date-time */
            time: string;
          };
    };
    /**
     * @example {
     *       "reason": "contract ended",
     *       "retentionDays": 30
     *     }
     */
    OffboardInput: {
      /** @description Why, for people and the audit log. */
      reason?: string;
      /** @description Days until a purge is allowed; by default the service's own setting. */
      retentionDays?: number;
    };
    /**
     * @example {
     *       "reason": "erasure was asked for"
     *     }
     */
    PurgeInput: {
      /** @description Why, for people and the audit log. */
      reason?: string;
      /** @description Also before the retention period is over. Default false. */
      force?: boolean;
    };
    OperationPage: {
      items: components["schemas"]["Operation"][];
      /** @description Cursor of the next page; absent on the last. */
      next?: string;
    };
    /**
     * @description One event of the stream; `data` is JSON with the members `at` and `data`.
     * @example {
     *       "id": "1",
     *       "event": "step",
     *       "data": "{\"at\":\"2026-03-01T12:00:00.000Z\",\"data\":{\"step\":\"provision\"}}"
     *     }
     */
    ProgressEvent: {
      id: string;
      event: string;
      data: string;
    };
    CellList: {
      items: components["schemas"]["Cell"][];
    };
    Cell: {
      name: string;
      environment: string;
      region: string;
      domain: string;
      /** @description Tenants that take up room in it. */
      tenants: number;
      /** @description Tenants that it has room for. */
      capacity: number;
      /** @description Whether it can take operations. */
      ready: boolean;
    };
    TierList: {
      items: components["schemas"]["Tier"][];
    };
    Tier: {
      /** @enum {string} */
      name: "silo" | "bridge" | "pool";
      /** @description Whether it can be ordered. */
      offered: boolean;
      description: string;
    };
    NewWebhook: components["schemas"]["Webhook"] & {
      /** @description What deliveries are signed with. Told once: an answer that is given again for its Idempotency-Key is without it. */
      secret?: string;
    };
    Webhook: {
      id: string;
      url: string;
      types: string[];
      tenantId?: string;
      enabled: boolean;
      /**
       * Format: date-time
       * @example 2026-03-01T12:00:00.000Z
       */
      createdAt: string;
    };
    /**
     * @example {
     *       "url": "https://crm.example.com/hooks/tenantry",
     *       "types": [
     *         "tenant.active"
     *       ]
     *     }
     */
    WebhookInput: {
      /**
       * Format: uri
       * @description Public https address that events are sent to.
       */
      url: string;
      /**
       * @description Event types to send; none sends all.
       * @default []
       */
      types?: string[];
      /**
       * @description Only this tenant's events.
       * @example acme
       */
      tenantId?: string;
    };
    WebhookPage: {
      items: components["schemas"]["Webhook"][];
      /** @description Cursor of the next page; absent on the last. */
      next?: string;
    };
    DeliveryPage: {
      items: components["schemas"]["Delivery"][];
      /** @description Cursor of the next page; absent on the last. */
      next?: string;
    };
    Delivery: {
      webhookId: string;
      eventId: string;
      eventType: string;
      tenantId: string;
      /** @enum {string} */
      status: "pending" | "delivered" | "dead";
      attempts: number;
      /**
       * Format: date-time
       * @example 2026-03-01T12:00:00.000Z
       */
      nextAttemptAt: string;
      lastError?: string;
      /**
       * Format: date-time
       * @example 2026-03-01T12:00:00.000Z
       */
      deliveredAt?: string;
    };
    AuditPage: {
      items: components["schemas"]["AuditEntry"][];
      /** @description Cursor of the next page; absent on the last. */
      next?: string;
    };
    AuditEntry: {
      sequence: number;
      /**
       * Format: date-time
       * @example 2026-03-01T12:00:00.000Z
       */
      at: string;
      actor: string;
      roles: string[];
      address: string;
      requestId: string;
      /** @example tenant.suspend */
      action: string;
      tenantId?: string;
      before?: unknown;
      after?: unknown;
      /** @description SHA-256 over this entry and the hash before it. */
      hash: string;
    };
    AuditVerification: {
      /** @description Whether all of it is as it was written, as far as that can be told. */
      intact: boolean;
      /** @description Entries whose hash is right, from the first on. */
      entries: number;
      /** @description Sequence of the first entry that was changed or taken away. */
      broken?: number;
      /**
       * @description Sequence and hash of the last entry that is right. Kept elsewhere, it shows later whether entries up to it were taken away or written anew.
       * @example 12:4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e
       */
      head: string;
      /** @description Whether the chain still has the head that was asked about; absent where none was. */
      hasEarlierHead?: boolean;
    };
    Liveness: {
      /** @enum {string} */
      status: "ok";
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listTenants: {
    parameters: {
      query?: {
        /** @description Cursor that the page before gave as `next`; absent for the first page. */
        after?: string;
        /** @description Most items of the page. */
        limit?: number;
        phase?:
          | "requested"
          | "provisioning"
          | "verifying"
          | "active"
          | "updating"
          | "suspended"
          | "retained"
          | "purged"
          | "failed";
        cell?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Tenants in the order of their ids. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TenantPage"];
        };
      };
    };
  };
  createTenant: {
    parameters: {
      query?: {
        /** @description Only plan it: what would be created, replaced and deleted, the cost a month, and what the policies say. */
        dryRun?: boolean;
        /** @description What to do while another operation is at work on the tenant: answer 409, or queue behind it. */
        whenBusy?: "refuse" | "queue";
      };
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["TenantSpecInput"];
      };
    };
    responses: {
      /** @description A dry run's plan. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Plan"];
        };
      };
      /** @description Accepted; the operation tells how far it is. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  getTenant: {
    parameters: {
      query?: never;
      header?: {
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The tenant. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Tenant"];
        };
      };
    };
  };
  updateTenant: {
    parameters: {
      query?: {
        /** @description Only plan it: what would be created, replaced and deleted, the cost a month, and what the policies say. */
        dryRun?: boolean;
        /** @description What to do while another operation is at work on the tenant: answer 409, or queue behind it. */
        whenBusy?: "refuse" | "queue";
      };
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
        /** @description The `ETag` of the tenant that was read; `*` for whatever there is. */
        "If-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/merge-patch+json": components["schemas"]["TenantSpecPatch"];
        "application/json": components["schemas"]["TenantSpecPatch"];
      };
    };
    responses: {
      /** @description A dry run's plan. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Plan"];
        };
      };
      /** @description Accepted; the operation tells how far it is. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  listTenantEvents: {
    parameters: {
      query?: {
        /** @description Cursor that the page before gave as `next`; absent for the first page. */
        after?: string;
        /** @description Most items of the page. */
        limit?: number;
        type?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Its events. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TenantEventPage"];
        };
      };
    };
  };
  suspendTenant: {
    parameters: {
      query?: {
        /** @description Only plan it: what would be created, replaced and deleted, the cost a month, and what the policies say. */
        dryRun?: boolean;
        /** @description What to do while another operation is at work on the tenant: answer 409, or queue behind it. */
        whenBusy?: "refuse" | "queue";
      };
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
        /** @description The `ETag` of the tenant that was read; `*` for whatever there is. */
        "If-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["SuspendInput"];
      };
    };
    responses: {
      /** @description A dry run's plan. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Plan"];
        };
      };
      /** @description Accepted; the operation tells how far it is. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  resumeTenant: {
    parameters: {
      query?: {
        /** @description Only plan it: what would be created, replaced and deleted, the cost a month, and what the policies say. */
        dryRun?: boolean;
        /** @description What to do while another operation is at work on the tenant: answer 409, or queue behind it. */
        whenBusy?: "refuse" | "queue";
      };
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
        /** @description The `ETag` of the tenant that was read; `*` for whatever there is. */
        "If-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["PlainInput"];
      };
    };
    responses: {
      /** @description A dry run's plan. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Plan"];
        };
      };
      /** @description Accepted; the operation tells how far it is. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  rotateTenant: {
    parameters: {
      query?: {
        /** @description Only plan it: what would be created, replaced and deleted, the cost a month, and what the policies say. */
        dryRun?: boolean;
        /** @description What to do while another operation is at work on the tenant: answer 409, or queue behind it. */
        whenBusy?: "refuse" | "queue";
      };
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
        /** @description The `ETag` of the tenant that was read; `*` for whatever there is. */
        "If-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["PlainInput"];
      };
    };
    responses: {
      /** @description A dry run's plan. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Plan"];
        };
      };
      /** @description Accepted; the operation tells how far it is. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  restoreTenant: {
    parameters: {
      query?: {
        /** @description Only plan it: what would be created, replaced and deleted, the cost a month, and what the policies say. */
        dryRun?: boolean;
        /** @description What to do while another operation is at work on the tenant: answer 409, or queue behind it. */
        whenBusy?: "refuse" | "queue";
      };
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
        /** @description The `ETag` of the tenant that was read; `*` for whatever there is. */
        "If-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["RestoreInput"];
      };
    };
    responses: {
      /** @description A dry run's plan. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Plan"];
        };
      };
      /** @description Accepted; the operation tells how far it is. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  offboardTenant: {
    parameters: {
      query?: {
        /** @description Only plan it: what would be created, replaced and deleted, the cost a month, and what the policies say. */
        dryRun?: boolean;
        /** @description What to do while another operation is at work on the tenant: answer 409, or queue behind it. */
        whenBusy?: "refuse" | "queue";
      };
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
        /** @description The `ETag` of the tenant that was read; `*` for whatever there is. */
        "If-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["OffboardInput"];
      };
    };
    responses: {
      /** @description A dry run's plan. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Plan"];
        };
      };
      /** @description Accepted; the operation tells how far it is. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  purgeTenant: {
    parameters: {
      query?: {
        /** @description Only plan it: what would be created, replaced and deleted, the cost a month, and what the policies say. */
        dryRun?: boolean;
        /** @description What to do while another operation is at work on the tenant: answer 409, or queue behind it. */
        whenBusy?: "refuse" | "queue";
      };
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
        /** @description The `ETag` of the tenant that was read; `*` for whatever there is. */
        "If-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["PurgeInput"];
      };
    };
    responses: {
      /** @description A dry run's plan. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Plan"];
        };
      };
      /** @description Accepted; the operation tells how far it is. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  refreshTenant: {
    parameters: {
      query?: {
        /** @description Only plan it: what would be created, replaced and deleted, the cost a month, and what the policies say. */
        dryRun?: boolean;
        /** @description What to do while another operation is at work on the tenant: answer 409, or queue behind it. */
        whenBusy?: "refuse" | "queue";
      };
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
        /** @description The `ETag` of the tenant that was read; `*` for whatever there is. */
        "If-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["PlainInput"];
      };
    };
    responses: {
      /** @description A dry run's plan. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Plan"];
        };
      };
      /** @description Accepted; the operation tells how far it is. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  repairTenant: {
    parameters: {
      query?: {
        /** @description Only plan it: what would be created, replaced and deleted, the cost a month, and what the policies say. */
        dryRun?: boolean;
        /** @description What to do while another operation is at work on the tenant: answer 409, or queue behind it. */
        whenBusy?: "refuse" | "queue";
      };
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
        /** @description The `ETag` of the tenant that was read; `*` for whatever there is. */
        "If-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["PlainInput"];
      };
    };
    responses: {
      /** @description A dry run's plan. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Plan"];
        };
      };
      /** @description Accepted; the operation tells how far it is. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  retryTenant: {
    parameters: {
      query?: {
        /** @description Only plan it: what would be created, replaced and deleted, the cost a month, and what the policies say. */
        dryRun?: boolean;
        /** @description What to do while another operation is at work on the tenant: answer 409, or queue behind it. */
        whenBusy?: "refuse" | "queue";
      };
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
        /** @description The `ETag` of the tenant that was read; `*` for whatever there is. */
        "If-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["PlainInput"];
      };
    };
    responses: {
      /** @description A dry run's plan. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Plan"];
        };
      };
      /** @description Accepted; the operation tells how far it is. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  listOperations: {
    parameters: {
      query?: {
        /** @description Cursor that the page before gave as `next`; absent for the first page. */
        after?: string;
        /** @description Most items of the page. */
        limit?: number;
        status?: "waiting" | "queued" | "running" | "succeeded" | "failed" | "cancelled";
        kind?:
          | "onboard"
          | "update"
          | "suspend"
          | "resume"
          | "rotate"
          | "restore"
          | "offboard"
          | "purge"
          | "refresh"
          | "repair"
          | "plan";
        tenantId?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Operations, the newest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["OperationPage"];
        };
      };
    };
  };
  listTenantOperations: {
    parameters: {
      query?: {
        /** @description Cursor that the page before gave as `next`; absent for the first page. */
        after?: string;
        /** @description Most items of the page. */
        limit?: number;
        status?: "waiting" | "queued" | "running" | "succeeded" | "failed" | "cancelled";
        kind?:
          | "onboard"
          | "update"
          | "suspend"
          | "resume"
          | "rotate"
          | "restore"
          | "offboard"
          | "purge"
          | "refresh"
          | "repair"
          | "plan";
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Its operations, the newest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["OperationPage"];
        };
      };
    };
  };
  getOperation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The operation. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  cancelOperation: {
    parameters: {
      query?: never;
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["PlainInput"];
      };
    };
    responses: {
      /** @description The operation, taken back. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Operation"];
        };
      };
    };
  };
  streamOperation: {
    parameters: {
      query?: never;
      header?: {
        "Last-Event-ID"?: number;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The lines of progress behind the last that was read, and those to come. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/event-stream": components["schemas"]["ProgressEvent"];
        };
      };
      /** @description The operation has ended and everything of it was read: do not come again. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listCells: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The cells, and how full they are. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["CellList"];
        };
      };
    };
  };
  listTiers: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The tiers, and which of them can be ordered. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TierList"];
        };
      };
    };
  };
  listWebhooks: {
    parameters: {
      query?: {
        /** @description Cursor that the page before gave as `next`; absent for the first page. */
        after?: string;
        /** @description Most items of the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Webhooks in the order they were made. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookPage"];
        };
      };
    };
  };
  createWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["WebhookInput"];
      };
    };
    responses: {
      /** @description The webhook, with the secret that its deliveries are signed with. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NewWebhook"];
        };
      };
    };
  };
  getWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The webhook. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Webhook"];
        };
      };
    };
  };
  deleteWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is gone. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listDeliveries: {
    parameters: {
      query?: {
        /** @description Cursor that the page before gave as `next`; absent for the first page. */
        after?: string;
        /** @description Most items of the page. */
        limit?: number;
        status?: "pending" | "delivered" | "dead";
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Deliveries, the newest event first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeliveryPage"];
        };
      };
    };
  };
  resendDelivery: {
    parameters: {
      query?: never;
      header?: {
        /** @description Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice. */
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
        eventId: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["PlainInput"];
      };
    };
    responses: {
      /** @description It is in the queue again. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Delivery"];
        };
      };
    };
  };
  listAudit: {
    parameters: {
      query?: {
        /** @description Cursor that the page before gave as `next`; absent for the first page. */
        after?: string;
        /** @description Most items of the page. */
        limit?: number;
        tenantId?: string;
        /** @description Whose changes: the token's issuer and subject, with `#` between. */
        actor?: string;
        action?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Entries, the newest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AuditPage"];
        };
      };
    };
  };
  verifyAudit: {
    parameters: {
      query?: {
        /** @description The `head` of an earlier verification: whether the chain still has it. */
        head?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Whether every entry is as it was written. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AuditVerification"];
        };
      };
    };
  };
  getLiveness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It does. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Liveness"];
        };
      };
    };
  };
}
