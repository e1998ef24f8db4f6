import { OPERATION_RULES, mayBegin } from "../lifecycle";
import { type Operation, type Tenant, type Tx, changeOperation, openOperations, placesOf } from "../registry";
import { placeOf } from "./place";

/** Puts an operation into the workers' queue, in the caller's transaction. Lower priorities go first. */
export type Enqueue = (tx: Tx, operation: Operation, priority: number) => Promise<void>;

/**
 * Takes an operation back out of the queue, in the caller's transaction.
 *
 * @returns whether it was still there: false where a worker has it
 */
export type Withdraw = (tx: Tx, operation: Operation) => Promise<boolean>;

/** The workers' queue. */
export interface Queue {
  readonly enqueue: Enqueue;
  readonly withdraw: Withdraw;
}

/** Hands an operation to the workers. Nothing else of its tenant may be with them, plans apart. */
export async function handOver(tx: Tx, operation: Operation, enqueue: Enqueue): Promise<void> {
  const place = placeOf(operation.kind, await placesOf(tx, operation.id), new Date());
  await enqueue(tx, await changeOperation(tx, operation.id, { status: "queued", place }), place);
}

/**
 * Hands a tenant's next waiting operation to the workers, where nothing else is before it: what is urgent, or else the
 * oldest. The tenant's row must be locked.
 */
export async function promoteNext(tx: Tx, tenantId: string, enqueue: Enqueue): Promise<void> {
  const open = await openOperations(tx, tenantId);
  if (open.some(({ status }) => status !== "waiting")) return;
  const next = open.find(isUrgent) ?? open[0];
  if (next !== undefined) await handOver(tx, next, enqueue);
}

/**
 * Has a tenant's operation that no worker has yet wait for what is urgent and could begin now. It keeps its place.
 *
 * @param open the tenant's open operations
 * @returns whether nothing is before the urgent one any more
 */
export async function makeWay(
  tx: Tx,
  urgent: Pick<Operation, "kind">,
  { tenant, open, withdraw }: { tenant: Tenant; open: readonly Operation[]; withdraw: Withdraw },
): Promise<boolean> {
  if (!isUrgent(urgent) || !mayBegin(urgent.kind, tenant)) return false;
  const ahead = open.find(({ status }) => status !== "waiting");
  if (ahead?.status !== "queued" || isUrgent(ahead) || !(await withdraw(tx, ahead))) return false;
  await changeOperation(tx, ahead.id, { status: "waiting" });
  return true;
}

/** Whether an operation overtakes others. */
export function isUrgent({ kind }: Pick<Operation, "kind">): boolean {
  return OPERATION_RULES[kind].urgency === "urgent";
}
