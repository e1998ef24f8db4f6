import {
  type Operation,
  type Progress,
  type Registry,
  type Tenant,
  type Tx,
  addProgress,
  changeOperation,
  findTenantOf,
  lockOperation,
  lockTenant,
} from "../registry";

/** Another worker has the operation, or it has ended: what this one still does must not count. */
export class SupersededError extends Error {
  override readonly name = "SupersededError";
}

/** A worker, as far as others have to know of it. */
export interface Holder {
  /** Its id. */
  readonly worker: string;
  /** Whether another one is gone for certain. */
  isGone(worker: string): Promise<boolean>;
}

/** An operation and its tenant, locked until the transaction ends. */
export interface Locked {
  readonly operation: Operation;
  /** Undefined where it is not there, as in a plan of a new one. */
  readonly tenant: Tenant | undefined;
}

/**
 * A worker's turn at an operation: the only way in which it writes of it. A worker that has lost its lease may go on for a
 * while; once another has taken the operation over, nothing that the first one writes lands.
 */
export class Turn {
  /** Whether this turn has written: from then on whoever else has the operation is its successor. */
  private begun = false;

  constructor(
    private readonly registry: Pick<Registry, "transaction">,
    readonly operationId: string,
    private readonly holder: Holder,
  ) {}

  /**
   * Writes what a running operation does, in a transaction that holds operation and tenant.
   *
   * @throws SupersededError where the operation is another worker's by now, or has ended
   */
  commit<T>(work: (tx: Tx, locked: Locked) => Promise<T>): Promise<T> {
    return this.settle((tx, locked) => {
      if (locked.operation.status !== "running") {
        throw new SupersededError(`operation '${this.operationId}' is ${locked.operation.status}`);
      }
      return work(tx, locked);
    });
  }

  /**
   * Writes that an operation begins or ends, as `commit` does, whatever its status.
   *
   * @throws SupersededError where the operation is another worker's by now
   */
  async settle<T>(work: (tx: Tx, locked: Locked) => Promise<T>): Promise<T> {
    const result = await this.registry.transaction(async (tx) => {
      const { operation, tenant } = await lock(tx, this.operationId);
      return work(tx, { operation: await this.claim(tx, operation), tenant });
    });
    this.begun = true;
    return result;
  }

  /** Writes lines of progress. The tenant is left alone, as progress comes often. */
  note(lines: readonly Pick<Progress, "kind" | "data">[]): Promise<void> {
    return this.registry.transaction(async (tx) => {
      const operation = await lockOperation(tx, this.operationId);
      if (operation?.executor !== this.holder.worker) throw this.superseded(operation?.executor);
      await addProgress(tx, this.operationId, lines);
    });
  }

  /** Sees that the operation is this worker's. Takes it where it is nobody's, or was of one that is gone. */
  private async claim(tx: Tx, operation: Operation): Promise<Operation> {
    const { id, executor, takeovers } = operation;
    const { worker } = this.holder;
    if (executor === worker || (operation.status !== "queued" && operation.status !== "running"))
      return operation;
    if (executor === undefined) return changeOperation(tx, id, { executor: worker });
    if (this.begun) throw this.superseded(executor);
    if (!(await this.holder.isGone(executor))) {
      // Either it lives, and this worker is the one whose lease is lost, or somebody just asks the same of it: ask again.
      throw new Error(`operation '${id}' is still of worker '${executor}'`);
    }
    return changeOperation(tx, id, { executor: worker, takeovers: takeovers + 1 });
  }

  private superseded(executor: string | undefined): SupersededError {
    return new SupersededError(
      `operation '${this.operationId}' is of worker '${executor ?? "(none)"}' by now`,
    );
  }
}

/** Everybody locks the tenant's row first: two who lock in different orders wait for each other. */
export async function lock(tx: Tx, id: string): Promise<Locked> {
  const tenantId = await findTenantOf(tx, id);
  const tenant = tenantId === undefined ? undefined : await lockTenant(tx, tenantId);
  const operation = await lockOperation(tx, id);
  if (operation === undefined) throw new Error(`operation '${id}' is not in the registry`);
  return { operation, tenant };
}
