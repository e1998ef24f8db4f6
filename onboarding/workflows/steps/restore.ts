import { z } from "zod";
import { ProblemError } from "../../lifecycle";
import { type RestoreSource, type Tenant, changeTenant } from "../../registry";
import type { Job, Step } from "../job";
import { bringUp, stateOf, summaryOf } from "../stack";
import { record } from "./apply";

/** Finds out from what the database is to be made, and that it is there, before anything is touched. */
export const sourceStep: Step = {
  name: "source",
  async run(job) {
    const restoreFrom = await sourceOf(job);
    const lifetime = job.tenant.database.lifetime + 1;
    return { restoreFrom, lifetime };
  },
};

/**
 * Takes the present database away, where there is one: its final snapshot is taken, so the restore itself can be undone. The
 * tenant's row asks for the restored one from before that on: whatever comes between, a repair makes that one and never an
 * empty one.
 */
export const removeStep: Step = {
  name: "remove",
  async run(job) {
    const { operation, tenant, results } = job;
    const { restoreFrom, lifetime } = sourceSchema.parse(results["source"]);
    // An offboarding that failed may have left the database where it was.
    if (operation.phaseBefore === "retained") return {};
    const before = tenant.facts.database?.finalSnapshot;
    await job.commit((tx) => changeTenant(tx, tenant.id, { lifetime, restoreFrom }));
    const absent = stateOf(tenant, { presence: "suspended", database: { present: false } });
    const result = await bringUp(job, { spec: tenant.spec, state: absent });
    return { ...summaryOf(result), ...(before === undefined ? {} : { replaced: before }) };
  },
};

/**
 * Makes the database anew from the source. The services rest meanwhile: their pods would wait for a ConfigMap that comes
 * with the database. A retained tenant is one until that is done, with its final snapshot and its time.
 */
export const bringBackStep: Step = {
  name: "bring-back",
  async run(job) {
    const { tenant, results } = job;
    const { restoreFrom, lifetime } = sourceSchema.parse(results["source"]);
    await job.commit((tx) => changeTenant(tx, tenant.id, { lifetime, restoreFrom }));
    // Unprotected until it serves: where this fails half-way, the tenant can be retained again.
    const state = stateOf(
      { presence: "suspended", database: { lifetime, restoreFrom } },
      { database: { deletionProtection: false } },
    );
    const result = await bringUp(job, { spec: tenant.spec, state });
    return record(job, result, { presence: "suspended", retainedUntil: null, finalSnapshot: null });
  },
};

/**
 * From what the database is to be made.
 *
 * @throws ProblemError `snapshot-missing` where that is not there, or not the tenant's
 */
export async function sourceOf({ shop, operation, tenant }: Job): Promise<RestoreSource> {
  const { restore } = operation.input;
  if (restore !== undefined && "time" in restore)
    return pointInTime(shop.account, tenant, new Date(restore.time));
  const snapshot = restore?.snapshot ?? tenant.finalSnapshot;
  refuseExported(tenant, snapshot);
  const found = snapshot === undefined ? undefined : await shop.account.findSnapshot(snapshot);
  if (found === undefined || snapshot === undefined) throw missing(`snapshot '${snapshot}' is not there`);
  const instance = tenant.facts.database?.identifier;
  if (instance !== undefined && found.instance !== instance) {
    throw missing(
      `snapshot '${snapshot}' is of '${found.instance}': expected one of this tenant's '${instance}'`,
    );
  }
  return { snapshot };
}

/** Refuses a snapshot that is an export by now, also while RDS still deletes it. */
function refuseExported(tenant: Tenant, snapshot: string | undefined): void {
  const { id, archive, snapshotExports } = tenant;
  const exported = snapshotExports.find((each) => each.snapshot === snapshot);
  if (exported?.completedAt === undefined) return;
  const { location, completedAt } = exported;
  const instead =
    tenant.presence === "retained"
      ? "onboard the customer under a new id, and load the export" +
        `${archive === undefined ? "" : ` or the signed archive '${archive}'`} into its database`
      : "restore another snapshot or a time, or load the export into the tenant's database";
  throw new ProblemError({
    type: "snapshot-missing",
    detail: `snapshot '${snapshot}' of tenant '${id}' was exported to '${location}/' in the bucket of archives at ${completedAt}, and deleted to make room for others`,
    next: `RDS cannot restore an export, whose files are Parquet: ${instead}; nothing was changed`,
    extensions: { location, ...(archive === undefined ? {} : { archive }) },
  });
}

async function pointInTime(
  account: Job["shop"]["account"],
  tenant: Tenant,
  time: Date,
): Promise<RestoreSource> {
  const instance = tenant.facts.database?.identifier ?? "";
  const windows = await account.backupsOf(instance);
  const window = windows.find(({ earliest, latest }) => earliest <= time && time <= latest);
  if (window !== undefined) return { resourceId: window.resourceId, time: time.toISOString() };
  const known = windows.map(({ earliest, latest }) => `${earliest.toISOString()} to ${latest.toISOString()}`);
  throw missing(
    `restore.time is '${time.toISOString()}': expected a time within ${known.join(" or ") || "(there is no backup)"}`,
  );
}

function missing(detail: string): ProblemError {
  return new ProblemError({
    type: "snapshot-missing",
    detail,
    next: "name a snapshot or time of this tenant's own; nothing was changed",
  });
}

const sourceSchema = z.object({
  restoreFrom: z.union([
    z.object({ snapshot: z.string() }),
    z.object({ resourceId: z.string(), time: z.string() }),
  ]),
  lifetime: z.int(),
});
