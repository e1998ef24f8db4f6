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
export { type IssuerClient, type IssuerDocument, type Tokens, askTokens, discover } from "./issuer";
export { isSafeUrl } from "./safe-url";
export {
  type ClientCredentials,
  type PersonCredentials,
  type TokenProvider,
  clientCredentials,
  fixedToken,
  personCredentials,
} from "./tokens";
export type { TransportOptions } from "./transport";
export type { WatchOptions, WatchedProgress } from "./watch";
export type { Webhooks } from "./webhooks";
