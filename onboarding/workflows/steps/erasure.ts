import { tenantNames } from "../../../components/rules/tenant-names";
import { StackNotFoundError } from "../../../tenants/engine";
import { type Erased, changeTenant, lockTenant } from "../../registry";
import type { Job } from "../job";
import { exportsOf } from "../snapshot-export";
import { stackOf } from "../stack";

/** One thing of a tenant's that is there. */
export type Found = Pick<Erased, "what" | "id">;

/** What outlives a tenant's stack, in words. */
export const REMAINS = {
  snapshots: "RDS snapshot",
  backups: "RDS automated backups",
  exports: "snapshot export",
  archives: "archive",
} as const;

/** What outlives a tenant's stack, in the order in which it is deleted. */
export const KINDS = [
  "snapshots",
  "backups",
  "exports",
  "archives",
] as const satisfies (keyof typeof REMAINS)[];

/** What the tenant's stack has. */
async function resourcesOf({ shop, tenant, signal }: Job): Promise<Found[]> {
  try {
    const { deployment } = await shop.engine.export({ ...stackOf(tenant.id), signal });
    return (deployment.resources ?? [])
      .filter(({ custom, type }) => custom === true && !type.startsWith("pulumi:"))
      .map(({ type, id, urn }) => ({ what: type, id: id ?? urn }));
  } catch (error) {
    if (error instanceof StackNotFoundError) return [];
    throw error;
  }
}

/** Everything of the tenant's that a purge would delete. */
export async function foundOf(job: Job): Promise<Found[]> {
  const found: Found[] = await resourcesOf(job);
  for (const kind of KINDS) found.push(...(await remainsOf(job, kind)));
  return found;
}

/** What there is of one kind that outlives the stack. */
export async function remainsOf(job: Job, kind: keyof typeof REMAINS): Promise<Found[]> {
  const what = REMAINS[kind];
  return (await IDS[kind](job)).map((id) => ({ what, id }));
}

const IDS: Readonly<Record<keyof typeof REMAINS, (job: Job) => Promise<string[]>>> = {
  async snapshots(job) {
    const snapshots = await job.shop.account.snapshotsOf(await instanceOf(job));
    return snapshots.map(({ identifier }) => identifier);
  },
  async backups(job) {
    const backups = await job.shop.account.backupsOf(await instanceOf(job));
    return [...new Set(backups.map(({ resourceId }) => resourceId))];
  },
  /** Those that the tenant's row knows, and whatever else there is, as a failed one leaves. */
  async exports({ shop, tenant }) {
    const folder = exportsOf(tenant.id);
    const known = tenant.snapshotExports.map(({ snapshot }) => `${folder}${snapshot}`);
    const files = await shop.account.listArchives(folder);
    const found = files.map((file) => folder + file.slice(folder.length).split("/", 1).join());
    return [...new Set([...known, ...found])];
  },
  async archives({ shop, tenant }) {
    const files = await shop.account.listArchives(`${tenant.id}/`);
    return files.filter((file) => !file.startsWith(exportsOf(tenant.id)));
  },
};

/**
 * Notes in the tenant's row what there is, before any of it is deleted: whatever becomes of this purge, a certificate of this
 * one or of a later one lists it.
 */
export function noteFound(job: Job, found: readonly Found[]): Promise<void> {
  const { id } = job.tenant;
  return job.commit(async (tx) => {
    const known = (await lockTenant(tx, id))?.erasure ?? [];
    const others = known.filter((each) => !found.some((other) => isSame(each, other)));
    const there = found.map(({ what, id: which }) => ({ what, id: which }));
    await changeTenant(tx, id, { erasure: [...others, ...there] });
  });
}

/** Notes that some of it is gone; when it was noted before, that stays. */
export function noteDeleted(job: Job, isGone: (each: Found) => boolean): Promise<void> {
  const { id } = job.tenant;
  return job.commit(async (tx) => {
    const known = (await lockTenant(tx, id))?.erasure ?? [];
    const at = new Date().toISOString();
    const erasure = known.map((each) => (each.at === undefined && isGone(each) ? { ...each, at } : each));
    await changeTenant(tx, id, { erasure });
  });
}

/** Whether two are one and the same. */
export function isSame(one: Found, other: Found): boolean {
  return one.what === other.what && one.id === other.id;
}

/** Name of the tenant's instance: as its stack said, or as it would have been. */
async function instanceOf({ shop, tenant }: Job): Promise<string> {
  if (tenant.facts.database !== undefined) return tenant.facts.database.identifier;
  const { name, domain } = await shop.cells.outputsOf(tenant.spec.cell);
  return tenantNames(tenant.id, { name, domain }).databaseIdentifier;
}
