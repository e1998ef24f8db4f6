export { RETRY_SECONDS, type Schedule, backoff } from "./backoff";
export { type DeliverOptions, DeliveryError, deliver } from "./deliver";
export {
  type ClaimedDelivery,
  type DeliveryQueue,
  type DispatcherLog,
  type DispatcherOptions,
  WebhookDispatcher,
} from "./dispatcher";
export { eventBody } from "./event-body";
export {
  DEFAULT_TOLERANCE_SECONDS,
  SIGNATURE_HEADER,
  SignatureError,
  type Verification,
  sign,
  verify,
} from "./signature";
export {
  type CheckedTarget,
  type ResolvedAddress,
  type Resolver,
  type TargetRules,
  checkTarget,
  systemResolver,
} from "./target";
