import type { Operation, Tenant } from "../registry";
import type { ProgressWriter } from "./progress";
import type { Workshop } from "./workshop";

/** What a step found out: plain values that the next steps and the operation's result are made of. Never a secret. */
export type StepResult = Readonly<Record<string, unknown>>;

/** One step's share of an operation. */
export interface Job {
  readonly shop: Workshop;
  readonly operation: Operation;
  /** The tenant as it is now. */
  readonly tenant: Tenant;
  /** What earlier steps found out, by their names. */
  readonly results: Readonly<Record<string, StepResult>>;
  readonly progress: ProgressWriter;
  /** Fires when the step takes too long or the worker is asked to end. */
  readonly signal: AbortSignal;
}

/**
 * One step of an operation. It may run again after a crash, from its beginning: what it has done already it must find done.
 */
export interface Step {
  readonly name: string;
  run(job: Job): Promise<StepResult>;
}
