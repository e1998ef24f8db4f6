export { type ReadTenant, TenantryClient, type TenantryClientOptions } from "./client";
export { ApiProblem, type ApiProblemDocument, ConnectionError, LoginError } from "./errors";
export type {
  Accepted,
  AuditEntry,
  AuditVerification,
  ChangeOptions,
  Delivery,
  NewWebhook,
  Operation,
  Page,
  Plan,
  Tenant,
  TenantEvent,
  TenantSpecInput,
  TenantSpecPatch,
  Webhook,
} from "./models";
export { type ClientCredentials, type TokenProvider, clientCredentials, fixedToken } from "./tokens";
export type { TransportOptions } from "./transport";
export type { WatchOptions, WatchedProgress } from "./watch";
export type { Webhooks } from "./webhooks";
