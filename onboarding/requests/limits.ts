import { type OperationKind, ProblemError } from "../lifecycle";
import { type Actor, type Operation, type Tenant, type Tx, countOpen, lockRequester } from "../registry";
import { isUrgent } from "./promote";

/** Operations on one tenant that one requester may have open. Others have room of their own, so nobody shuts anybody out. */
const MOST_ON_A_TENANT = 10;

/** Plans that one requester may have open. */
const MOST_PLANS = 10;

/** A request for one more operation on a tenant. */
interface OneMore {
  readonly tenant: Tenant;
  readonly kind: OperationKind;
  readonly requester: Actor;
  /** What is open on the tenant. */
  readonly open: readonly Operation[];
}

/** Refuses one more operation to who has many open on the tenant. What is urgent gets in, once. */
export async function refuseCrowd(tx: Tx, { tenant, kind, requester, open }: OneMore): Promise<void> {
  if (open.length < MOST_ON_A_TENANT || (isUrgent({ kind }) && !open.some(isUrgent))) return;
  const own = await countOpen(tx, { requester, plans: false, tenantId: tenant.id });
  if (own < MOST_ON_A_TENANT) return;
  throw new ProblemError({
    type: "tenant-busy",
    detail: `${own} operations of yours are open on tenant '${tenant.id}': expected fewer than ${MOST_ON_A_TENANT} before one more`,
    next: "wait for one of them to end, or take back one that still waits",
    extensions: { operation: open[0]?.id },
  });
}

/** Refuses one more plan to who has many open. */
export async function refusePlans(tx: Tx, requester: Actor): Promise<void> {
  await lockRequester(tx, requester);
  const own = await countOpen(tx, { requester, plans: true });
  if (own < MOST_PLANS) return;
  throw new ProblemError({
    type: "too-many-requests",
    detail: `${own} dry runs of yours are open: expected fewer than ${MOST_PLANS} before one more`,
    next: "wait for one of them to end, or take back one that still waits",
  });
}
