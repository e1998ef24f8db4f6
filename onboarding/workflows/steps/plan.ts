import type { OperationKind } from "../../lifecycle";
import type { ResourceStep } from "../../../tenants/engine";
import type { Tenant } from "../../registry";
import { costOf, totalOf } from "../cost";
import type { Step } from "../job";
import { preview, stateOf } from "../stack";

/** Where an operation leaves a tenant. */
const LEAVES: Partial<Record<OperationKind, Tenant["presence"]>> = {
  onboard: "serving",
  resume: "serving",
  restore: "serving",
  suspend: "suspended",
  offboard: "retained",
};

/** Says what an operation would do: resources, cost and what the policies say. Changes nothing. */
export const planStep: Step = {
  name: "plan",
  async run(job) {
    const { operation, tenant } = job;
    const { planned = "repair", spec = tenant.spec } = operation.input;
    const isNew = planned === "onboard";
    const presence = LEAVES[planned] ?? tenant.presence;
    const before = isNew ? [] : costOf(tenant.spec, tenant.presence);
    const deletesAll = planned === "purge";
    const after = deletesAll ? [] : costOf(spec, presence);
    const cost = {
      items: after,
      usdAMonth: totalOf(after),
      changeUsdAMonth: Math.round((totalOf(after) - totalOf(before)) * 100) / 100,
    };
    if (deletesAll) {
      return {
        planned,
        note: "everything the tenant's stack has, its snapshots, backups and archives are deleted",
        cost,
      };
    }
    const result = await preview(job, { spec, state: stateOf(tenant, { presence }) });
    return {
      planned,
      create: namesOf(result.steps, ["create"]),
      update: namesOf(result.steps, ["update"]),
      replace: namesOf(result.steps, ["replace"]),
      delete: namesOf(result.steps, ["delete"]),
      changes: result.changes,
      cost,
      policies: result.violations.map(({ policy, level, message }) => ({ policy, level, message })),
    };
  },
};

function namesOf(steps: readonly ResourceStep[], operations: readonly string[]) {
  return steps
    .filter(({ operation, type }) => operations.includes(operation) && type !== "pulumi:pulumi:Stack")
    .map(({ type, name, changed }) => ({ type, name, ...(changed.length > 0 ? { changed } : {}) }));
}
