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

/** A snapshot of a tenant's that may give way to its export. */
export interface SpareSnapshot {
  readonly tenant: Tenant;
  /** Identifier of the snapshot. */
  readonly snapshot: string;
  /** Identifier of the instance it was taken of. */
  readonly instance: string;
  readonly takenAt: Date;
}

/**
 * What a snapshot is to its tenant as that stands: the final one of a retained tenant, or one that a restore has left of a
 * database that it replaced. Undefined where it is neither, as one that a person took, or where the tenant may need it, as
 * after a restore that failed.
 */
export function spareKind(
  { phase, finalSnapshot, facts }: Tenant,
  { snapshot, instance }: Pick<SpareSnapshot, "snapshot" | "instance">,
): "final" | "replaced" | undefined {
  if (phase === "retained" && finalSnapshot === snapshot) return "final";
  const isSettled =
    phase === "active" || phase === "suspended" || (phase === "retained" && finalSnapshot !== undefined);
  const isOwn = facts.database?.identifier === instance && snapshot.startsWith(`${instance}-final`);
  return isSettled && isOwn ? "replaced" : undefined;
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
 * Begins to export a tenant's snapshot, and notes that in its row first: whatever becomes of this process, the next
 * look goes on.
 *
 * @returns whether it did: false where an operation is at work on the tenant
 */
export async function beginExport(shop: ExportShop, spare: SpareSnapshot): Promise<boolean> {
  const { snapshot, tenant } = spare;
  const order = orderOf(spare);
  const noted = await shop.registry.transaction(async (tx) => {
    const idle = await lockIdle(tx, spare);
    if (idle === undefined) return false;
    if (recordOf(idle, snapshot) !== undefined) return true;
    const record = { snapshot, location: order.prefix, startedAt: new Date().toISOString() };
    await changeTenant(tx, tenant.id, { snapshotExports: [...idle.snapshotExports, record] });
    return true;
  });
  if (noted) await start(shop, spare);
  return noted;
}

/**
 * Goes on with an export that was begun: looks whether it is complete, and deletes the snapshot once it is and the tenant's
 * row says so. A restore that begins before that finds the snapshot, and keeps it; one that begins after it is told where
 * the export is.
 *
 * @returns whether the snapshot is gone
 */
export async function continueExport(shop: ExportShop, spare: SpareSnapshot): Promise<boolean> {
  const { account, log } = shop;
  const { tenant, snapshot } = spare;
  if (recordOf(tenant, snapshot)?.completedAt === undefined) {
    const found = await account.findExport(prefixOf(spare));
    if (found?.state !== "complete") {
      await restart(shop, spare, found);
      return false;
    }
    if (!(await shop.registry.transaction((tx) => complete(tx, spare, found)))) return false;
  }
  await account.deleteSnapshot(snapshot);
  log.info({ tenant: tenant.id, snapshot }, "an exported snapshot was deleted");
  return true;
}

/** Begins an export again that was never begun, or that failed some time ago. */
async function restart(
  shop: ExportShop,
  spare: SpareSnapshot,
  found: SnapshotExport | undefined,
): Promise<void> {
  const { tenant, snapshot } = spare;
  if (found?.state === "running") return;
  if (found !== undefined) {
    shop.log.warn({ tenant: tenant.id, snapshot, reason: found.reason }, "the export of a snapshot failed");
    if (Date.now() - (found.endedAt?.getTime() ?? 0) < RETRY_MS) return;
  }
  if (!shop.account.mayExport) return;
  const idle = await shop.registry.transaction((tx) => lockIdle(tx, spare));
  if (idle !== undefined) await start(shop, spare);
}

async function start({ account, log }: ExportShop, spare: SpareSnapshot): Promise<void> {
  const order = orderOf(spare);
  await account.startExport(order);
  log.info({ tenant: spare.tenant.id, ...order }, "the export of a snapshot was begun");
}

/** @throws Error where nobody knows the tenant's key: its data is not put under another */
function orderOf(spare: SpareSnapshot): ExportOrder {
  const { tenant, snapshot } = spare;
  const { keyArn } = tenant.facts;
  if (keyArn === undefined) throw new Error(`the key of tenant '${tenant.id}' is not known`);
  return { snapshot, prefix: prefixOf(spare), keyArn };
}

async function complete(tx: Tx, spare: SpareSnapshot, { location }: SnapshotExport): Promise<boolean> {
  const { snapshot } = spare;
  const tenant = await lockIdle(tx, spare);
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
 * @returns undefined where the tenant may need the snapshot by now, or an operation is open
 */
async function lockIdle(tx: Tx, spare: SpareSnapshot): Promise<Tenant | undefined> {
  const { id } = spare.tenant;
  const tenant = await lockTenant(tx, id);
  if (tenant === undefined || spareKind(tenant, spare) === undefined) return undefined;
  return (await openOperations(tx, id)).length === 0 ? tenant : undefined;
}

function prefixOf({ tenant, snapshot }: SpareSnapshot): string {
  return `${exportsOf(tenant.id)}${snapshot}`;
}
