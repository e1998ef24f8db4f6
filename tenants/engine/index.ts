export { Engine, type EngineOptions } from "./engine";
export {
  CancelledError,
  EngineError,
  EngineNotFoundError,
  EnvironmentError,
  type LockHolder,
  PolicyViolationError,
  ProgramError,
  type ResourceFailure,
  ResourceFailedError,
  StackLockedError,
  StackNotFoundError,
} from "./errors";
export {
  type DiagnosticEvent,
  type EngineEvent,
  type PolicyViolationEvent,
  type ResourceFailedEvent,
  type ResourceOperation,
  type ResourceOutputsEvent,
  type ResourcePreEvent,
  type ResourceProgressEvent,
  type ResourceRef,
  type SummaryEvent,
  resourceOf,
} from "./events";
export { isProcessGone, ownProgram } from "./processes";
export type { ExportedStack, StateResource } from "./state";
export type {
  ConfigValue,
  DestroyRequest,
  InterruptedOperation,
  LastOperation,
  OperationRequest,
  OperationResult,
  Outputs,
  OutputValue,
  PolicyPack,
  PolicyViolation,
  ProgramRequest,
  RefreshRequest,
  ResourceStep,
  StackDescription,
  StackRef,
  StackSummary,
  UpRequest,
} from "./types";
