import { ProblemError } from "../../lifecycle";
import { isBreach, runProbes } from "../../probes";
import { addEvent, changeTenant } from "../../registry";
import type { Job, Step } from "../job";
import { bringUp, stateOf } from "../stack";

/** Asks the probes. A tenant that is not kept apart is quarantined: nothing of it runs until somebody has looked. */
export const verifyStep: Step = {
  name: "verify",
  async run(job) {
    const { shop, operation, tenant, progress } = job;
    await shop.registry.transaction(async (tx) => {
      await changeTenant(tx, tenant.id, { phase: "verifying" });
    });
    const { items } = await shop.registry.tenants.list({
      limit: 50,
      phase: "active",
      cell: tenant.spec.cell,
    });
    const neighbour = items.find(({ id }) => id !== tenant.id);
    const results = await runProbes(
      { tenant, neighbour, cells: shop.cells, databases: shop.databases, account: shop.account },
      {
        patienceMs: shop.limits.probePatienceMs,
        probes: shop.probes,
        onResult: ({ probe, kind, finding }) => progress.add("probe", { probe, kind, ...finding }),
      },
    );
    const breaches = results.filter(isBreach);
    if (breaches.length > 0) {
      const reason = breaches.map(describe).join("; ");
      await quarantine(job, reason);
      throw new ProblemError({
        type: "isolation-breached",
        detail: `tenant '${tenant.id}' is not kept apart and is quarantined: ${reason}`,
        next: "find out what opened the way before anything else; a repair lifts the quarantine once every probe passes",
        extensions: { operation: operation.id, probes: results },
      });
    }
    const failures = results.filter(({ finding }) => finding.outcome === "failed");
    if (failures.length > 0) {
      throw new ProblemError({
        type: "probe-failed",
        detail: failures.map(describe).join("; "),
        next: "look at what the probe names (kubectl describe in the tenant's namespace), mend it, and retry",
        extensions: { probes: results },
      });
    }
    await shop.registry.transaction(async (tx) => {
      await changeTenant(tx, tenant.id, { quarantine: null });
    });
    return { probes: results };
  },
};

/** Scales the tenant to nothing, whether or not that works: the alarm is raised first. */
async function quarantine(job: Job, reason: string): Promise<void> {
  const { shop, operation, tenant } = job;
  await shop.registry.transaction(async (tx) => {
    await changeTenant(tx, tenant.id, { quarantine: reason, presence: "suspended" });
    await addEvent(tx, {
      id: `${operation.id}:quarantined`,
      tenantId: tenant.id,
      operationId: operation.id,
      type: "tenant.quarantined",
      data: { reason },
    });
  });
  shop.log.error(
    { tenant: tenant.id, operation: operation.id, reason },
    "isolation breached: tenant quarantined",
  );
  await bringUp(job, { spec: tenant.spec, state: stateOf(tenant, { presence: "suspended" }) });
}

function describe({
  probe,
  finding,
}: {
  probe: string;
  finding: { outcome: string; reason?: string };
}): string {
  return `${probe}: ${finding.reason ?? finding.outcome}`;
}
