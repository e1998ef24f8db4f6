import { costOf, totalOf } from "../cost";
import type { Step } from "../job";
import { stackOf } from "../stack";
import { LEAVES, forecastOf } from "./forecast";

/** Says what an operation would do: resources, cost and what the policies say. Changes nothing. */
export const planStep: Step = {
  name: "plan",
  async run(job) {
    const { shop, operation, tenant, killSignal } = job;
    const { planned = "repair", spec = tenant.spec } = operation.input;
    const before = planned === "onboard" ? [] : costOf(tenant.spec, tenant.presence);
    const after = planned === "purge" ? [] : costOf(spec, LEAVES[planned] ?? tenant.presence);
    const cost = {
      items: after,
      usdAMonth: totalOf(after),
      changeUsdAMonth: Math.round((totalOf(after) - totalOf(before)) * 100) / 100,
    };
    try {
      return { planned, ...(await forecastOf(job, planned)), cost };
    } finally {
      // A run of this step that was killed may have left the stack that it made for the time of its preview.
      if ((await shop.registry.tenants.find(tenant.id)) === undefined)
        await shop.engine.removeEmpty({ ...stackOf(tenant.id), killSignal });
    }
  },
};
