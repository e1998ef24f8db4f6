import { OPERATION_RULES } from "../lifecycle";
import { type Operation, type Tx, changeOperation, countQueued, openOperations } from "../registry";

/** Puts an operation into the workers' queue, in the caller's transaction. Lower priorities go first. */
export type Enqueue = (tx: Tx, operation: Operation, priority: number) => Promise<void>;

/** Priority of what overtakes. */
const URGENT = 1;

/** Priority of the first of somebody's ordinary operations. */
const ORDINARY = 10;

/**
 * The priority of a new operation. Each further operation that the same requester has open goes further back, so that who
 * asks for a thousand at once does not make others wait for all of them.
 */
export async function priorityOf(
  tx: Tx,
  operation: Pick<Operation, "kind" | "requestedBy">,
): Promise<number> {
  if (OPERATION_RULES[operation.kind].urgency !== "ordinary") return URGENT;
  return ORDINARY + (await countQueued(tx, operation.requestedBy));
}

/**
 * Hands a tenant's next waiting operation to the workers, where nothing else is before it. The tenant's row must be locked.
 */
export async function promoteNext(tx: Tx, tenantId: string, enqueue: Enqueue): Promise<void> {
  const [next] = await openOperations(tx, tenantId);
  if (next?.status !== "waiting") return;
  const queued = await changeOperation(tx, next.id, { status: "queued" });
  await enqueue(tx, queued, await priorityOf(tx, queued));
}
