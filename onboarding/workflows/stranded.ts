import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Operation } from "../registry";
import { WORKFLOW_VERSION } from "./queue";
import { fail } from "./transitions";
import { lock } from "./turn";
import type { Workshop } from "./workshop";

/** Operations that are looked at together. */
const PAGE = 200;

/** How a workflow ends that its operation knows nothing of. */
const OVER: ReadonlySet<string> = new Set(["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]);

type Shop = Pick<Workshop, "log" | "registry" | "enqueue">;

/**
 * Ends operations whose workflow is over though they are not: a fault of the service, which somebody has to see. Tells of
 * those that wait for workers of another version: where none is left, nobody will take them.
 */
export async function endStranded(shop: Shop): Promise<void> {
  const others = new Map<string, number>();
  for (const status of ["queued", "running"] as const) {
    let after: string | undefined;
    do {
      const page = await shop.registry.operations.list({ status, limit: PAGE, after });
      await lookAt(shop, page.items, others);
      after = page.next;
    } while (after !== undefined);
  }
  for (const [version, operations] of others) {
    shop.log.error(
      { version, operations, own: WORKFLOW_VERSION },
      "operations wait for workers of another version",
    );
  }
}

async function lookAt(shop: Shop, open: readonly Operation[], others: Map<string, number>): Promise<void> {
  if (open.length === 0) return;
  const workflows = await DBOS.listWorkflows({
    workflowIDs: open.map(({ id }) => id),
    loadInput: false,
    loadOutput: false,
  });
  for (const { workflowID, status, applicationVersion = "" } of workflows) {
    if (OVER.has(status)) await end(shop, workflowID, status);
    else if (status === "ENQUEUED" && applicationVersion !== WORKFLOW_VERSION)
      others.set(applicationVersion, (others.get(applicationVersion) ?? 0) + 1);
  }
}

async function end({ registry, enqueue, log }: Shop, operation: string, status: string): Promise<void> {
  log.error({ operation, status }, "the workflow of an open operation is over");
  const problem = {
    type: "internal",
    detail: `the operation's workflow ended with ${status}`,
    next: "look for the operation's id in the workers' logs; a repair of the tenant goes on from where it stopped",
  } as const;
  await registry.transaction(async (tx) => {
    const locked = await lock(tx, operation);
    await fail(tx, locked, { problem, untouched: locked.operation.status === "queued" }, enqueue);
  });
}
