export { Engine } from "./engine";
export {
  CancelledError,
  EngineError,
  EngineNotFoundError,
  EnvironmentError,
  InterruptedError,
  type LockHolder,
  PolicyViolationError,
  ProgramError,
  type ResourceFailure,
  ResourceFailedError,
  StackLockedError,
  StackNotFoundError,
  UndecidedCreatesError,
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
export type { ReadResource, Recognition, Recognize, Search } from "./pending";
export { isProcessGone, ownProgram } from "./processes";
export type { ExportedStack, StateResource } from "./state";
export type {
  ChangeGate,
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
  ResourceChange,
  ResourceStep,
  StackDescription,
  StackRef,
  StackSummary,
  UpRequest,
} from "./types";
