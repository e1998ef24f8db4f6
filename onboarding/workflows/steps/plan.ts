import { costOf, totalOf } from "../cost";
import type { Step } from "../job";
import { LEAVES, forecastOf } from "./forecast";

/** Says what an operation would do: resources, cost and what the policies say. Changes nothing. */
export const planStep: Step = {
  name: "plan",
  async run(job) {
    const { operation, tenant } = job;
    const { planned = "repair", spec = tenant.spec } = operation.input;
    const before = planned === "onboard" ? [] : costOf(tenant.spec, tenant.presence);
    const after = planned === "purge" ? [] : costOf(spec, LEAVES[planned] ?? tenant.presence);
    const cost = {
      items: after,
      usdAMonth: totalOf(after),
      changeUsdAMonth: Math.round((totalOf(after) - totalOf(before)) * 100) / 100,
    };
    return { planned, ...(await forecastOf(job, planned)), cost };
  },
};
