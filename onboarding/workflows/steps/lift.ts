import { changeGateOf } from "../../budget";
import { changeTenant } from "../../registry";
import type { Step } from "../job";
import { tenantProgram } from "../../../tenants/program";
import { protectedDatabases } from "../../../tenants/protected-databases";
import { bringUp, hasDatabase, stackOf, stateOf, summaryOf } from "../stack";

/**
 * Lets the tenant's services rest and lifts the database's protection, so that the next step can delete it. Where there is
 * none, it would make one.
 */
export const liftStep: Step = {
  name: "lift",
  async run(job) {
    const { tenant } = job;
    if (!(await hasDatabase(job))) return {};
    if (tenant.presence === "retained") {
      // What an offboarding or a purge that failed has taken down already is not made again.
      await liftProtection(job);
      return {};
    }
    await job.commit((tx) => changeTenant(tx, tenant.id, { presence: "suspended" }));
    const state = stateOf(tenant, { presence: "suspended", database: { deletionProtection: false } });
    return summaryOf(await bringUp(job, { spec: tenant.spec, state }));
  },
};

/** Lifts the protection of the databases that a stack has, and touches nothing else: the rest may be as broken as it likes. */
export async function liftProtection(job: Parameters<Step["run"]>[0]): Promise<void> {
  const { shop, tenant, signal, killSignal } = job;
  const targets = protectedDatabases(await shop.engine.export(stackOf(tenant.id)));
  if (targets.length === 0) return;
  const state = stateOf(tenant, { presence: "suspended", database: { deletionProtection: false } });
  // No policy judges it: what such an update leaves out would be taken for what is missing.
  await shop.engine.up({
    ...stackOf(tenant.id),
    program: tenantProgram(tenant.spec, { state }),
    targets,
    signal,
    killSignal,
    changeGate: changeGateOf(shop.budget),
  });
}
