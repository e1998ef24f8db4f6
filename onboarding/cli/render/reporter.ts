import type { Operation, Plan, WatchedProgress } from "../../client";
import type { Failure } from "../failure";

/** Shows changes while they are carried out. One for each way to show them: a terminal, a pipe, a machine. */
export interface ChangeReporter {
  /** A change is asked for. `subject` is the tenant's id, or an operation's where only that is known. */
  begin(subject: string, verb: string): void;
  /** The API has taken it; where it is not followed, nothing more is told of it. */
  accepted(subject: string, operation: Operation, followed: boolean): void;
  /** It goes on. */
  progress(subject: string, line: WatchedProgress): void;
  /** It ended well. */
  done(subject: string, operation: Operation): void;
  /** It was only planned. */
  planned(subject: string, plan: Plan): void;
  /** There was nothing to change. */
  unchanged(subject: string): void;
  /** It was refused, or ended badly. */
  failed(subject: string, failure: Failure): void;
  /** Nothing more comes. */
  end(): void;
}
