import { exportArchive } from "../../archive";
import { ProblemError } from "../../lifecycle";
import { changeTenant } from "../../registry";
import type { Job, Step } from "../job";
import { bringUp, stateOf } from "../stack";
import { record } from "./apply";
import { hadDatabase } from "./rest";

const DAY_MS = 24 * 3_600_000;

/** Writes the tenant's data into a signed archive that is the customer's to keep. */
export const archiveStep: Step = {
  name: "archive",
  async run(job) {
    const { shop, operation, tenant, results } = job;
    const { database } = tenant.facts;
    // Its database may be gone: an offboarding before this one got as far as that, or a purge that was forced.
    if (tenant.presence === "retained") {
      return tenant.archive === undefined
        ? { skipped: "a purge had begun, which writes none: what the tenant had is in its snapshots" }
        : { skipped: "an earlier offboarding has written it", archive: tenant.archive };
    }
    if (database === undefined || !hadDatabase(results))
      return { skipped: "the tenant has no database: what it had is in its snapshots" };
    if (database.engine !== "postgres")
      return { skipped: `${database.engine} is not exported; its snapshot is kept` };
    const archive = `${tenant.id}/${operation.id}.tar.gz`;
    const { tables } = await shop.databases.within(database, (client) =>
      exportArchive(client, {
        tenant: tenant.id,
        operation: operation.id,
        signer: shop.signer,
        store: (content) => shop.account.putArchive(archive, content),
      }),
    );
    await job.commit((tx) => changeTenant(tx, tenant.id, { archive }));
    return { archive, tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + rows, 0) };
  },
};

/** Days that an offboarding retains its tenant. */
export function retentionOf({ operation, shop }: Pick<Job, "operation" | "shop">): number {
  return operation.input.retentionDays ?? shop.limits.retentionDays;
}

/** Takes everything down but the tenant's key, without which its final snapshot could not be read. */
export const retainStep: Step = {
  name: "retain",
  async run(job) {
    const { tenant } = job;
    const { spec, facts } = tenant;
    const finalSnapshot = facts.database?.finalSnapshot ?? tenant.finalSnapshot;
    await job.commit((tx) =>
      changeTenant(tx, tenant.id, {
        presence: "retained",
        finalSnapshot: finalSnapshot ?? null,
        retainedUntil: new Date(Date.now() + retentionOf(job) * DAY_MS),
      }),
    );
    const summary = await record(
      job,
      await bringUp(job, { spec, state: stateOf(tenant, { presence: "retained" }) }),
    );
    return { ...summary, ...(finalSnapshot === undefined ? {} : { finalSnapshot }) };
  },
};

/** Sees that the final snapshot is there. */
export const snapshotStep: Step = {
  name: "snapshot",
  async run({ shop, tenant }) {
    const { finalSnapshot } = tenant;
    if (finalSnapshot === undefined) return { skipped: "the tenant had no database" };
    const found = await shop.account.findSnapshot(finalSnapshot);
    if (found === undefined) {
      throw new ProblemError({
        type: "snapshot-missing",
        detail: `the final snapshot '${finalSnapshot}' of tenant '${tenant.id}' is not there`,
        next: "look for it among the account's snapshots before anything else is done with this tenant",
      });
    }
    return { finalSnapshot, takenAt: found.createdAt.toISOString() };
  },
};
