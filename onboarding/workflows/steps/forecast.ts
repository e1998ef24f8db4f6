import type { OperationKind } from "../../lifecycle";
import type { OperationResult, ResourceStep } from "../../../tenants/engine";
import type { Tenant } from "../../registry";
import type { Job, StepResult } from "../job";
import { hasDatabase, preview, stateOf } from "../stack";
import { foundOf } from "./erasure";
import { retentionOf } from "./offboard";
import { sourceOf } from "./restore";

/** Where an operation leaves a tenant. */
export const LEAVES: Partial<Record<OperationKind, Tenant["presence"]>> = {
  onboard: "serving",
  resume: "serving",
  restore: "serving",
  suspend: "suspended",
  offboard: "retained",
};

/** Says what an operation would do to a tenant's resources, what else, and what the policies have against it. */
export async function forecastOf(job: Job, planned: OperationKind): Promise<StepResult> {
  switch (planned) {
    case "purge":
      return forecastPurge(job);
    case "restore":
      return forecastRestore(job);
    case "rotate":
      return { note: "the database's user gets a new password; no resource is changed" };
    case "refresh":
      return { note: "what has drifted is told; nothing is changed" };
    case "repair":
      return { ...(await forecastStack(job, planned)), note: "what has drifted is brought back, too" };
    case "offboard":
      return { ...(await forecastStack(job, planned)), note: noteOfOffboarding(job) };
    default:
      return forecastStack(job, planned);
  }
}

/** Of one that does nothing but to bring the stack to another state. */
async function forecastStack(job: Job, planned: OperationKind): Promise<StepResult> {
  const { operation, tenant } = job;
  const { spec = tenant.spec } = operation.input;
  const presence = LEAVES[planned] ?? tenant.presence;
  return told(await preview(job, { spec, state: stateOf(tenant, { presence }) }));
}

/**
 * Takes the database away, as the restore does, and makes one anew: what both name is replaced. The engine alone would not
 * say so, to which a database's source is no change of one that is there.
 */
async function forecastRestore(job: Job): Promise<StepResult> {
  const { spec, database } = job.tenant;
  const restoreFrom = await sourceOf(job);
  const hasOne = await hasDatabase(job);
  const restored = {
    presence: "serving",
    database: { lifetime: database.lifetime + 1, restoreFrom },
  } as const;
  const made = await preview(job, { spec, state: stateOf(restored) });
  const note = `the database is made from ${wordsOf(restoreFrom)}`;
  if (!hasOne) return { ...told(made), note };
  const absent = stateOf(job.tenant, { presence: "suspended", database: { present: false } });
  const taken = await preview(job, { spec, state: absent });
  return {
    ...told(withReplaced(made, taken)),
    note: `${note}; the present one is deleted, and what it holds is kept in a final snapshot`,
  };
}

function wordsOf(source: Awaited<ReturnType<typeof sourceOf>>): string {
  return "snapshot" in source ? `snapshot '${source.snapshot}'` : `the backup of ${source.time}`;
}

/** What is made, with what is taken away before it and made again as replaced. */
function withReplaced(made: OperationResult, taken: OperationResult): OperationResult {
  const deleted = new Set(made.steps.filter(isA("delete")).map(({ urn }) => urn));
  const replaced = taken.steps.filter((step) => isA("delete")(step) && !deleted.has(step.urn));
  const urns = new Set(replaced.map(({ urn }) => urn));
  const updated = made.steps.filter((step) => isA("update")(step) && urns.has(step.urn)).length;
  const { same = 0, update = 0, replace = 0 } = made.changes;
  const changes = {
    ...made.changes,
    same: same - (replaced.length - updated),
    update: update - updated,
    replace: replace + replaced.length,
  };
  const steps = [
    ...made.steps.filter(({ urn }) => !urns.has(urn)),
    ...replaced.map((step) => ({ ...step, operation: "replace" as const })),
  ];
  return { ...made, changes, steps };
}

/** Names what the certificate of deletion would, by the same ids. */
async function forecastPurge(job: Job): Promise<StepResult> {
  const found = await foundOf(job);
  return {
    delete: found.map(({ what, id }) => ({ type: what, name: id })),
    changes: { delete: found.length },
    note: "what the deletion of a database leaves, its final snapshot and backups, is deleted, too; nothing can be restored after it",
  };
}

function noteOfOffboarding(job: Job): string {
  const archived = job.tenant.spec.database.engine === "postgres" ? " and a signed archive" : "";
  return `what the database holds is kept in a final snapshot${archived}, for ${retentionOf(job)} days at least`;
}

/** A preview, as a plan tells it. */
function told({ steps, changes, violations }: OperationResult): StepResult {
  return {
    create: namesOf(steps, "create"),
    update: namesOf(steps, "update"),
    replace: namesOf(steps, "replace"),
    delete: namesOf(steps, "delete"),
    changes,
    policies: violations.map(({ policy, level, message }) => ({ policy, level, message })),
  };
}

function namesOf(steps: readonly ResourceStep[], operation: ResourceStep["operation"]) {
  return steps
    .filter((step) => isA(operation)(step) && step.type !== "pulumi:pulumi:Stack")
    .map(({ type, name, changed }) => ({ type, name, ...(changed.length > 0 ? { changed } : {}) }));
}

function isA(operation: ResourceStep["operation"]): (step: ResourceStep) => boolean {
  return (step) => step.operation === operation;
}
