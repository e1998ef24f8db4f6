export { nameOf } from "./actor";
export { type NewAuditEntry, appendAudit } from "./audit";
export { type CellUse, lockCell } from "./cells";
export { type Places, countOpen, lockRequester, placesOf } from "./crowd";
export type { ClaimedDelivery } from "./deliveries";
export { type NewEvent, addEvent } from "./events";
export type { Answer, Idempotency } from "./idempotency";
export { lockNumber } from "./locks";
export {
  addOperation,
  addProgress,
  changeOperation,
  findTenantOf,
  lockOperation,
  openOperations,
} from "./operations";
export { Registry, type RegistryOptions } from "./registry";
export { type TenantChange, addTenant, changeTenant, isKnown, lockTenant, tenantToBe } from "./tenants";
export { oldBefore } from "./tidy";
export type { Tx } from "./transaction";
export type {
  Actor,
  AuditEntry,
  Breach,
  CellRecord,
  Delivery,
  Erased,
  ExportedSnapshot,
  Operation,
  OperationInput,
  Origin,
  Page,
  Progress,
  RestoreSource,
  Tenant,
  TenantEvent,
  TenantFacts,
  Webhook,
} from "./types";
