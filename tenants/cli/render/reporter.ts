import type { EngineEvent, OperationResult } from "../../engine";
import type { Failure } from "../failure";

/** Shows operations while they run. One for each way to show them: a terminal, a pipe, a machine. */
export interface Reporter {
  /** An operation on a tenant begins. */
  begin(tenant: string, operation: string): void;
  /** It tells something. */
  event(tenant: string, event: EngineEvent): void;
  /** It ended well. */
  done(tenant: string, result: OperationResult): void;
  /** It did not. */
  failed(tenant: string, failure: Failure): void;
  /** A word to the operator. */
  note(message: string): void;
  /** Nothing more comes. */
  end(): void;
}

/** Where a reporter writes. */
export interface Sink {
  write(text: string): void;
}
