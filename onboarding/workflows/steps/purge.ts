import { z } from "zod";
import { tenantNames } from "../../../components/rules/tenant-names";
import { StackNotFoundError } from "../../../tenants/engine";
import { changeTenant } from "../../registry";
import type { Job, Step } from "../job";
import { exportsOf } from "../snapshot-export";
import { stackOf, told } from "../stack";
import { liftProtection } from "./lift";

/** One thing that was deleted for good. */
interface Deleted {
  readonly what: string;
  readonly id: string;
  readonly at: string;
}

const inventorySchema = z.object({ resources: z.array(z.object({ what: z.string(), id: z.string() })) });

/** Notes what there is, so that the certificate can say what was deleted. */
export const inventoryStep: Step = {
  name: "inventory",
  async run({ shop, tenant }) {
    try {
      const { deployment } = await shop.engine.export(stackOf(tenant.id));
      const resources = (deployment.resources ?? [])
        .filter(({ custom, type }) => custom === true && !type.startsWith("pulumi:"))
        .map(({ type, id, urn }) => ({ what: type, id: id ?? urn }));
      return { resources };
    } catch (error) {
      if (error instanceof StackNotFoundError) return { resources: [] };
      throw error;
    }
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
    return { deletedAt: new Date().toISOString() };
  },
};

/** Deletes what outlives the stack: snapshots and exports of them, automated backups and archives. */
export const eraseStep: Step = {
  name: "erase",
  async run(job) {
    const { shop, tenant } = job;
    const deleted: Deleted[] = [];
    const note = (what: string, id: string): void => {
      deleted.push({ what, id, at: new Date().toISOString() });
    };
    const instance = await instanceOf(job);
    await shop.account.endExports(exportsOf(tenant.id));
    for (const { identifier } of await shop.account.snapshotsOf(instance)) {
      await shop.account.deleteSnapshot(identifier);
      note("RDS snapshot", identifier);
    }
    for (const { resourceId } of await shop.account.backupsOf(instance)) {
      await shop.account.deleteBackups(resourceId);
      note("RDS automated backups", resourceId);
    }
    for (const location of await exportsLeft(job)) {
      await shop.account.deleteExport(location);
      note("snapshot export", location);
    }
    for (const archive of await shop.account.listArchives(`${tenant.id}/`)) {
      await shop.account.deleteArchive(archive);
      note("archive", archive);
    }
    return { deleted };
  },
};

/** Signs for what was deleted and when. */
export const certifyStep: Step = {
  name: "certify",
  async run(job) {
    const { shop, operation, tenant, results } = job;
    const { resources } = inventorySchema.parse(results["inventory"]);
    const { deletedAt } = z.object({ deletedAt: z.string() }).parse(results["destroy"]);
    const { deleted } = z.object({ deleted: z.array(z.unknown()) }).parse(results["erase"]);
    const certificate = {
      kind: "tenantry-certificate-of-deletion/1",
      tenant: tenant.id,
      name: tenant.spec.name,
      operation: operation.id,
      requestedBy: operation.requestedBy,
      issuedAt: new Date().toISOString(),
      deleted: [...resources.map((resource) => ({ ...resource, at: deletedAt })), ...deleted],
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

/** Where the tenant's exports are: those that its row knows, and whatever else there is, as a failed one leaves. */
async function exportsLeft({ shop, tenant }: Job): Promise<string[]> {
  const folder = exportsOf(tenant.id);
  // One may have been begun until there was no snapshot any more.
  await shop.account.endExports(folder);
  const known = tenant.snapshotExports.map(({ snapshot }) => `${folder}${snapshot}`);
  const files = await shop.account.listArchives(folder);
  const found = files.map((file) => folder + file.slice(folder.length).split("/", 1).join());
  return [...new Set([...known, ...found])];
}

/** Name of the tenant's instance: as its stack said, or as it would have been. */
async function instanceOf({ shop, tenant }: Job): Promise<string> {
  if (tenant.facts.database !== undefined) return tenant.facts.database.identifier;
  const { name, domain } = await shop.cells.outputsOf(tenant.spec.cell);
  return tenantNames(tenant.id, { name, domain }).databaseIdentifier;
}
