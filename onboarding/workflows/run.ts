import { DBOSWorkflowConflictError } from "@dbos-inc/dbos-sdk";
import type { Tx } from "../registry";
import { persistently } from "./persistently";
import { type Holder, type Locked, SupersededError, Turn } from "./turn";
import type { UnderWay } from "./under-way";
import type { Workshop } from "./workshop";

/** The worker that operations run in. */
export interface Surroundings {
  readonly shop: Workshop;
  readonly holder: Holder;
  /** Fires when the worker is asked to end. */
  readonly ending: AbortSignal;
  readonly underWay: UnderWay;
}

/** One run of an operation by one worker: until it ends, or the worker does. */
export class Run {
  private readonly turn: Turn;

  constructor(
    readonly surroundings: Surroundings,
    /** The operation. */
    readonly id: string,
  ) {
    this.turn = new Turn(surroundings.shop.registry, id, surroundings.holder);
  }

  /** Writes that the operation begins or ends. */
  settle<T>(work: (tx: Tx, locked: Locked) => Promise<T>): Promise<T> {
    return this.persistently(() => this.turn.settle(work));
  }

  /**
   * Writes what the running operation does.
   *
   * @throws SupersededError where the operation is another worker's by now, or has ended
   */
  commit<T>(work: (tx: Tx, locked: Locked) => Promise<T>): Promise<T> {
    return this.persistently(() => this.turn.commit(work));
  }

  /** Writes progress, once: nothing waits for it. */
  note(...args: Parameters<Turn["note"]>): Promise<void> {
    return this.turn.note(...args);
  }

  /**
   * Does a part of the operation. Where the worker is asked to end, it never settles: another goes on from here, so nothing
   * of it may be kept. Where another already has gone on, the library is told to leave the outcome to that one.
   */
  async part<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (this.surroundings.ending.aborted) return new Promise(() => undefined);
      if (!(error instanceof SupersededError)) throw error;
      this.surroundings.shop.log.warn(
        { operation: this.id, reason: error.message },
        "left to another worker",
      );
      throw new DBOSWorkflowConflictError(this.id);
    }
  }

  private persistently<T>(work: () => Promise<T>): Promise<T> {
    const { shop, ending } = this.surroundings;
    return persistently(work, {
      signal: ending,
      onRetry: (error) =>
        shop.log.warn({ operation: this.id, reason: describe(error) }, "the registry is asked again"),
    });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
