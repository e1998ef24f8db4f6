import { requireKubernetes } from "../../cells";
import { type TenantChange, changeTenant } from "../../registry";
import type { Job, Step, StepResult } from "../job";
import { bringUp, factsOf, preview, stateOf, summaryOf } from "../stack";

/** Sees that the cell is there and answers, before anything is made in it. */
export const placeStep: Step = {
  name: "place",
  async run({ shop, tenant }) {
    await requireKubernetes(shop.cells, tenant.spec.cell);
    return { cell: tenant.spec.cell };
  },
};

/** Has engine and policies judge a changed spec. What fails here has changed nothing. */
export const judgeStep: Step = {
  name: "judge",
  async run(job) {
    const spec = job.operation.input.spec ?? job.tenant.spec;
    await requireKubernetes(job.shop.cells, spec.cell);
    const { changes } = await preview(job, { spec, state: stateOf(job.tenant) });
    return { changes };
  },
};

/**
 * Brings the stack to the spec that was asked for, which is the tenant's from now on. A quarantined tenant rests, whatever is
 * wanted: first its probes are asked.
 *
 * @param wanted what is to be there of it; `undefined` leaves that as the tenant's row has it
 */
export function applyStep(
  name: string,
  wanted: "serving" | "suspended" | undefined,
  options: { refresh?: boolean } = {},
): Step {
  return {
    name,
    async run(job) {
      const { operation, tenant } = job;
      const { spec = tenant.spec } = operation.input;
      const presence = tenant.quarantine === undefined ? (wanted ?? tenant.presence) : "suspended";
      await job.commit((tx) => changeTenant(tx, tenant.id, { spec, presence }));
      return record(job, await bringUp(job, { spec, state: stateOf(tenant, { presence }), ...options }));
    },
  };
}

/** Brings the stack back to what the tenant's row says, whatever it has drifted to. */
export const repairStep: Step = {
  name: "repair",
  async run(job) {
    const { spec } = job.tenant;
    await requireKubernetes(job.shop.cells, spec.cell);
    return record(job, await bringUp(job, { spec, state: stateOf(job.tenant), refresh: true }));
  },
};

/** Keeps what the stack says of itself, and what has come true with it. */
export async function record(
  job: Job,
  result: Awaited<ReturnType<typeof bringUp>>,
  change: TenantChange = {},
): Promise<StepResult> {
  const { tenant } = job;
  // Whose the snapshots of a database that was deleted are is known by its name, which the stack no longer says.
  const facts = factsOf(result.outputs);
  const database = facts.database ?? tenant.facts.database;
  await job.commit((tx) => changeTenant(tx, tenant.id, { ...change, facts: { ...facts, database } }));
  return summaryOf(result);
}
