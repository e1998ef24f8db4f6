import { ExhaustedError } from "../../failures";
import { ProblemError, type ProblemType } from "../../lifecycle";
import { type ProbeResult, isBreach, isSettled, runProbes } from "../../probes";
import { type Tenant, addEvent, changeTenant } from "../../registry";
import type { Job, Step } from "../job";
import { bringUp, stateOf } from "../stack";

/** Asks the probes. A tenant that is not kept apart is quarantined: nothing of it runs until somebody has looked. */
export const verifyStep: Step = {
  name: "verify",
  async run(job) {
    const { shop, operation, tenant, progress } = job;
    await job.commit(async (tx) => {
      await changeTenant(tx, tenant.id, { phase: "verifying" });
    });
    const breached = await breachedBy(job);
    const neighbour = breached ?? (await neighbourOf(job));
    let reached: Tenant | undefined;
    const results = await runProbes(
      { tenant, neighbour, cells: shop.cells, databases: shop.databases, account: shop.account },
      {
        patienceMs: shop.limits.probePatienceMs,
        probes: shop.probes,
        neighbourAgain: async () => (await breachedBy(job)) ?? neighbourOf(job),
        onBreach: (_probe, of) => (reached = of),
        onResult: ({ probe, kind, finding }) => progress.add("probe", { probe, kind, ...finding }),
        onUnasked: (probe, reason, of) =>
          shop.log.warn({ ...staffOnly(job, of), probe, reason }, "a probe could not ask a neighbour"),
      },
    );
    const breaches = results.filter(isBreach);
    if (breaches.length > 0) {
      const reason = breaches.map(describe).join("; ");
      await quarantine(job, reached, breaches);
      throw new ProblemError({
        type: "isolation-breached",
        detail: `tenant '${tenant.id}' is not kept apart and is quarantined: ${reason}`,
        next: "find out what opened the way before anything else; a repair lifts the quarantine once every probe passes",
        extensions: { operation: operation.id, probes: results },
      });
    }
    const failures = results.filter(({ finding }) => finding.outcome === "failed");
    if (failures.length > 0) {
      throw new ExhaustedError({
        type: kindOf(failures),
        detail: failures.map(describe).join("; "),
        ...(failures.every(({ kind }) => kind === "negative") ? { next: NEXT_OF_UNASKED } : {}),
        extensions: { probes: results },
      });
    }
    if (breached !== undefined) refuseUnproven(tenant, results);
    await job.commit(async (tx) => {
      await changeTenant(tx, tenant.id, { quarantine: null, breach: null });
    });
    return { probes: results };
  },
};

const NEXT_OF_UNASKED =
  "a neighbour could not be asked: the worker's log has the operation's id, the neighbour and its error; mend that, then repair";

/** The tenant that this one got through to, which is asked again before the quarantine is lifted; undefined where it is gone. */
async function breachedBy({ shop, tenant: { breach } }: Job): Promise<Tenant | undefined> {
  if (breach?.neighbour === undefined) return undefined;
  const breached = await shop.registry.tenants.find(breach.neighbour);
  return breached?.phase === "purged" || breached?.phase === "retained" ? undefined : breached;
}

/** Keeps a quarantine where a probe that got through once finds nothing to ask now, such as a database that is being restored. */
function refuseUnproven({ id, breach }: Tenant, results: readonly ProbeResult[]): void {
  const unproven = results.filter(
    ({ probe, finding }) => breach?.probes.includes(probe) === true && finding.outcome !== "passed",
  );
  if (unproven.length === 0) return;
  throw new ProblemError({
    type: "probe-failed",
    detail: `tenant '${id}' stays quarantined: ${unproven.map(({ probe }) => probe).join(", ")} got through and cannot be asked again now`,
    next: "the worker's log of the quarantine names the neighbour: see that no operation is at work on it, then repair",
    extensions: { probes: results },
  });
}

/** Who the neighbour is, for the worker's log: neither the tenant nor its webhooks are told. */
function staffOnly({ operation, tenant }: Job, neighbour: Tenant | undefined) {
  const { keyArn, namespace, database } = neighbour?.facts ?? {};
  return {
    tenant: tenant.id,
    operation: operation.id,
    neighbour: { id: neighbour?.id, namespace, keyArn, endpoint: database?.endpoint },
  };
}

/** How many tenants are read at once to find a neighbour. */
const PAGE = 100;

/**
 * Another tenant of the cell whose namespace is there, best one that nothing is done to. It need not be active: two that are
 * onboarded at once see each other.
 */
async function neighbourOf({ shop, tenant }: Job): Promise<Tenant | undefined> {
  let other: Tenant | undefined;
  let after: string | undefined;
  do {
    const page = await shop.registry.tenants.list({ limit: PAGE, cell: tenant.spec.cell, after });
    const there = page.items.filter(({ id, facts }) => id !== tenant.id && facts.namespace !== undefined);
    const settled = there.find(isSettled);
    if (settled !== undefined) return settled;
    other ??= there[0];
    after = page.next;
  } while (after !== undefined);
  return other;
}

/** What is known of why they failed; where several things are, the first. */
function kindOf(failures: readonly ProbeResult[]): ProblemType {
  const known = failures.flatMap(({ finding }) =>
    finding.outcome === "failed" && finding.problem !== undefined ? [finding.problem] : [],
  );
  return known[0] ?? "probe-failed";
}

/** Scales the tenant to nothing, whether or not that works: the alarm is raised first. */
async function quarantine(
  job: Job,
  neighbour: Tenant | undefined,
  breaches: readonly ProbeResult[],
): Promise<void> {
  const { shop, operation, tenant } = job;
  const reason = breaches.map(describe).join("; ");
  const probes = [...new Set([...(tenant.breach?.probes ?? []), ...breaches.map(({ probe }) => probe)])];
  const breach = { neighbour: neighbour?.id, probes };
  await job.commit(async (tx) => {
    await changeTenant(tx, tenant.id, { quarantine: reason, breach, presence: "suspended" });
    await addEvent(tx, {
      id: `${operation.id}:quarantined`,
      tenantId: tenant.id,
      operationId: operation.id,
      type: "tenant.quarantined",
      data: { reason },
    });
  });
  shop.log.error({ ...staffOnly(job, neighbour), reason }, "isolation breached: tenant quarantined");
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
