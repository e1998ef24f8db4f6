import type { Operation, Tenant, Tx } from "../registry";
import type { ProgressWriter } from "./progress";
import type { Workshop } from "./workshop";

/** What a step found out: plain values that the next steps and the operation's result are made of. Never a secret. */
export type StepResult = Readonly<Record<string, unknown>>;

/** One step's share of an operation. */
export interface Job {
  readonly shop: Workshop;
  readonly operation: Operation;
  /** The tenant as it was when the step began. */
  readonly tenant: Tenant;
  /** What earlier steps found out, by their names. */
  readonly results: Readonly<Record<string, StepResult>>;
  readonly progress: ProgressWriter;
  /** Fires when the step takes too long or the worker is asked to end. */
  readonly signal: AbortSignal;
  /** Fires when a step that takes too long has had its time to end in good order. */
  readonly killSignal: AbortSignal;
  /**
   * Writes into the registry, in a transaction that has the tenant's row locked: the only way in which a step does. It is
   * tried until the registry takes it, so `work` may run again.
   *
   * @throws SupersededError where another worker has taken the operation over: nothing is written then
   */
  commit<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

/**
 * One step of an operation. It may run again after a crash, from its beginning: what it has done already it must find done.
 */
export interface Step {
  readonly name: string;
  run(job: Job): Promise<StepResult>;
}
