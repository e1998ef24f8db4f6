import { StackNotFoundError } from "../../../tenants/engine";
import { changeTenant } from "../../registry";
import type { Job, Step } from "../job";
import { exportsOf } from "../snapshot-export";
import { stackOf, told } from "../stack";
import { type Found, KINDS, REMAINS, foundOf, isSame, noteDeleted, noteFound, remainsOf } from "./erasure";
import { liftProtection } from "./lift";

/** Notes what there is before any of it is deleted, so that the certificate can say what was. */
export const inventoryStep: Step = {
  name: "inventory",
  async run(job) {
    const found = await foundOf(job);
    await noteFound(job, found);
    return { found: found.length };
  },
};

/** Deletes the stack and everything in it, a protected database among it. */
export const destroyStep: Step = {
  name: "destroy",
  async run(job) {
    const { shop, tenant, signal, killSignal } = job;
    // From here on the data may be gone: nothing may serve the tenant again, and a purge goes on without being forced.
    await job.commit((tx) =>
      changeTenant(tx, tenant.id, { presence: "retained", retainedUntil: new Date() }),
    );
    try {
      await liftProtection(job);
      await shop.engine.destroy({
        ...stackOf(tenant.id),
        remove: true,
        signal,
        killSignal,
        onEvent: told(job),
      });
    } catch (error) {
      // Gone already: an earlier run of this step got this far.
      if (!(error instanceof StackNotFoundError)) throw error;
    }
    await noteDeleted(job, isOfStack);
    return { deletedAt: new Date().toISOString() };
  },
};

/** Deletes what outlives the stack: snapshots and exports of them, automated backups and archives. */
export const eraseStep: Step = {
  name: "erase",
  async run(job) {
    const { shop, tenant } = job;
    let deleted = 0;
    for (const kind of KINDS) {
      // One may be begun until there is no snapshot any more.
      if (kind === "snapshots" || kind === "exports") await shop.account.endExports(exportsOf(tenant.id));
      const found = await remainsOf(job, kind);
      // The deletion of the stack has left some that the inventory could not know, such as a final snapshot.
      await noteFound(job, found);
      for (const each of found) {
        await DELETIONS[kind](job, each.id);
        await noteDeleted(job, (other) => isSame(each, other));
      }
      deleted += found.length;
    }
    // What is noted and not found was deleted by a run that ended before it could note that.
    await noteDeleted(job, () => true);
    return { deleted };
  },
};

const DELETIONS: Readonly<Record<keyof typeof REMAINS, (job: Job, id: string) => Promise<void>>> = {
  snapshots: ({ shop }, id) => shop.account.deleteSnapshot(id),
  backups: ({ shop }, id) => shop.account.deleteBackups(id),
  exports: ({ shop }, id) => shop.account.deleteExport(id),
  archives: ({ shop }, id) => shop.account.deleteArchive(id),
};

/** Whether something was deleted with the stack. */
function isOfStack({ what }: Found): boolean {
  return !Object.values<string>(REMAINS).includes(what);
}

/** Signs for what was deleted and when. */
export const certifyStep: Step = {
  name: "certify",
  async run(job) {
    const { shop, operation, tenant } = job;
    const certificate = {
      kind: "tenantry-certificate-of-deletion/1",
      tenant: tenant.id,
      name: tenant.spec.name,
      operation: operation.id,
      requestedBy: operation.requestedBy,
      issuedAt: new Date().toISOString(),
      deleted: tenant.erasure,
      remaining: [
        "the KMS key, disabled and scheduled for deletion: nothing can be decrypted with it any more",
        "registry row, operations and audit entries, which name the tenant and hold none of its data",
      ],
    };
    await job.commit((tx) =>
      changeTenant(tx, tenant.id, {
        facts: {},
        finalSnapshot: null,
        archive: null,
        snapshotExports: [],
        retainedUntil: null,
      }),
    );
    return { certificate, signature: await shop.signer.sign(certificate) };
  },
};
