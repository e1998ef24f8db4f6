import type { ExportOrder, SnapshotExport } from "../account/account";
import {
  type ExportedSnapshot,
  type Origin,
  type Tenant,
  type Tx,
  addEvent,
  appendAudit,
  changeTenant,
  lockTenant,
  openOperations,
} from "../registry";
import type { Workshop } from "./workshop";

/** What an export needs of a workshop. */
export type ExportShop = Pick<Workshop, "account" | "registry" | "limits" | "log">;

/** A retained tenant whose final snapshot is there. */
export interface RetainedSnapshot {
  readonly tenant: Tenant;
  /** Identifier of the snapshot. */
  readonly snapshot: string;
  readonly takenAt: Date;
}

/** Pause before a failed export is begun again, milliseconds. */
const RETRY_MS = 3_600_000;

/** Who deletes an exported snapshot, in the audit log. */
const SERVICE: Origin = {
  actor: { subject: "snapshot-watch", issuer: "tenantry", roles: [] },
  address: "worker",
  requestId: "snapshot-watch",
};

/** Names of the files of a tenant's exports begin so. */
export function exportsOf(tenantId: string): string {
  return `${tenantId}/snapshots/`;
}

/** The export of a snapshot, as its tenant's row has it. */
export function recordOf(
  { snapshotExports }: Pick<Tenant, "snapshotExports">,
  snapshot: string,
): ExportedSnapshot | undefined {
  return snapshotExports.find((each) => each.snapshot === snapshot);
}

/**
 * Begins to export a tenant's final snapshot, and notes that in its row first: whatever becomes of this process, the next
 * look goes on.
 *
 * @returns whether it did: false where an operation is at work on the tenant
 */
export async function beginExport(shop: ExportShop, retained: RetainedSnapshot): Promise<boolean> {
  const { snapshot, tenant } = retained;
  const order = orderOf(retained);
  const noted = await shop.registry.transaction(async (tx) => {
    const idle = await lockIdle(tx, retained);
    if (idle === undefined) return false;
    if (recordOf(idle, snapshot) !== undefined) return true;
    const record = { snapshot, location: order.prefix, startedAt: new Date().toISOString() };
    await changeTenant(tx, tenant.id, { snapshotExports: [...idle.snapshotExports, record] });
    return true;
  });
  if (noted) await start(shop, retained);
  return noted;
}

/**
 * Goes on with an export that was begun: looks whether it is complete, and deletes the snapshot once it is and the tenant's
 * row says so. A restore that begins before that finds the snapshot, and keeps it; one that begins after it is told where
 * the export is.
 *
 * @returns whether the snapshot is gone
 */
export async function continueExport(shop: ExportShop, retained: RetainedSnapshot): Promise<boolean> {
  const { account, log } = shop;
  const { tenant, snapshot } = retained;
  if (recordOf(tenant, snapshot)?.completedAt === undefined) {
    const found = await account.findExport(prefixOf(retained));
    if (found?.state !== "complete") {
      await restart(shop, retained, found);
      return false;
    }
    if (!(await shop.registry.transaction((tx) => complete(tx, retained, found)))) return false;
  }
  await account.deleteSnapshot(snapshot);
  log.info({ tenant: tenant.id, snapshot }, "an exported snapshot was deleted");
  return true;
}

/** Begins an export again that was never begun, or that failed some time ago. */
async function restart(
  shop: ExportShop,
  retained: RetainedSnapshot,
  found: SnapshotExport | undefined,
): Promise<void> {
  const { tenant, snapshot } = retained;
  if (found?.state === "running") return;
  if (found !== undefined) {
    shop.log.warn({ tenant: tenant.id, snapshot, reason: found.reason }, "the export of a snapshot failed");
    if (Date.now() - (found.endedAt?.getTime() ?? 0) < RETRY_MS) return;
  }
  if (!shop.account.mayExport) return;
  const idle = await shop.registry.transaction((tx) => lockIdle(tx, retained));
  if (idle !== undefined) await start(shop, retained);
}

async function start({ account, log }: ExportShop, retained: RetainedSnapshot): Promise<void> {
  const order = orderOf(retained);
  await account.startExport(order);
  log.info({ tenant: retained.tenant.id, ...order }, "the export of a snapshot was begun");
}

/** @throws Error where nobody knows the tenant's key: its data is not put under another */
function orderOf(retained: RetainedSnapshot): ExportOrder {
  const { tenant, snapshot } = retained;
  const { keyArn } = tenant.facts;
  if (keyArn === undefined) throw new Error(`the key of tenant '${tenant.id}' is not known`);
  return { snapshot, prefix: prefixOf(retained), keyArn };
}

async function complete(tx: Tx, retained: RetainedSnapshot, { location }: SnapshotExport): Promise<boolean> {
  const { snapshot } = retained;
  const tenant = await lockIdle(tx, retained);
  const record = tenant && recordOf(tenant, snapshot);
  if (tenant === undefined || record === undefined) return false;
  const completed = { ...record, location, completedAt: new Date().toISOString() };
  const others = tenant.snapshotExports.filter((each) => each.snapshot !== snapshot);
  await changeTenant(tx, tenant.id, { snapshotExports: [...others, completed] });
  await addEvent(tx, {
    id: `${location}:exported`,
    tenantId: tenant.id,
    type: "tenant.snapshot-exported",
    data: { snapshot, location },
  });
  await appendAudit(tx, {
    origin: SERVICE,
    action: "tenant.export-snapshot",
    tenantId: tenant.id,
    before: { snapshot },
    after: { location },
  });
  return true;
}

/**
 * Locks a tenant's row until the transaction ends: no operation begins meanwhile.
 *
 * @returns undefined where the tenant is no longer retained with this snapshot, or an operation is open
 */
async function lockIdle(tx: Tx, { tenant: { id }, snapshot }: RetainedSnapshot): Promise<Tenant | undefined> {
  const tenant = await lockTenant(tx, id);
  if (tenant?.phase !== "retained" || tenant.finalSnapshot !== snapshot) return undefined;
  return (await openOperations(tx, id)).length === 0 ? tenant : undefined;
}

function prefixOf({ tenant, snapshot }: RetainedSnapshot): string {
  return `${exportsOf(tenant.id)}${snapshot}`;
}
