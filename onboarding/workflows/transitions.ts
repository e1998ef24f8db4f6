import { OPERATION_RULES, type OperationKind, type Phase, type Problem, ProblemError } from "../lifecycle";
import {
  type Operation,
  type Tenant,
  type Tx,
  addEvent,
  addProgress,
  changeOperation,
  changeTenant,
  findTenantOf,
  lockOperation,
  lockTenant,
} from "../registry";
import { type Enqueue, promoteNext, refusePhase } from "../requests";
import type { StepResult } from "./job";

/** An operation whose turn has come. */
export interface Begun {
  readonly kind: OperationKind;
  /** Why it cannot begin, where it cannot. */
  readonly problem?: Problem;
}

/**
 * Begins an operation, or finds it begun.
 *
 * @returns undefined where there is nothing to do: it was cancelled, or has ended
 */
export async function begin(tx: Tx, id: string, executor: string): Promise<Begun | undefined> {
  const { operation, tenant } = await lock(tx, id);
  if (operation.status === "running") {
    await changeOperation(tx, id, { executor });
    return { kind: operation.kind };
  }
  if (operation.status !== "queued") return undefined;
  const { kind } = operation;
  await changeOperation(tx, id, {
    status: "running",
    startedAt: new Date(),
    executor,
    ...(tenant === undefined ? {} : { phaseBefore: tenant.phase }),
  });
  if (kind === "plan") return { kind };
  if (tenant === undefined)
    return { kind, problem: { type: "not-found", detail: "the tenant is not there" } };
  await addEvent(tx, event(operation, "started", { kind }));
  try {
    refusePhase(tenant, kind, operation.input);
  } catch (error) {
    if (error instanceof ProblemError) return { kind, problem: error.problem };
    throw error;
  }
  const { during } = OPERATION_RULES[kind];
  if (during !== undefined) await changeTenant(tx, tenant.id, { phase: during });
  return { kind };
}

/** Notes that a step begins, and which worker is at it: after a takeover it is another than the one that began the operation. */
export async function beginStep(
  tx: Tx,
  { id, kind, tenantId }: Operation,
  step: string,
  executor: string,
): Promise<void> {
  await lockTenant(tx, tenantId);
  await changeOperation(tx, id, { step, executor });
  await addProgress(tx, id, [{ kind: "step", data: { step, outcome: "begun" } }]);
  if (kind === "plan") return;
  await addEvent(tx, {
    id: `${id}:${step}:started`,
    tenantId,
    operationId: id,
    type: "operation.step.started",
    data: { kind, step },
  });
}

/** Notes that a step has ended well. */
export async function endStep(tx: Tx, { id, kind, tenantId }: Operation, step: string): Promise<void> {
  await addProgress(tx, id, [{ kind: "step", data: { step, outcome: "done" } }]);
  if (kind === "plan") return;
  await lockTenant(tx, tenantId);
  await addEvent(tx, {
    id: `${id}:${step}:finished`,
    tenantId,
    operationId: id,
    type: "operation.step.finished",
    data: { kind, step },
  });
}

/** Ends an operation well: the tenant is in its next phase, and its next operation is on its way. */
export async function finish(
  tx: Tx,
  id: string,
  results: Readonly<Record<string, StepResult>>,
  enqueue: Enqueue,
): Promise<void> {
  const { operation, tenant } = await lock(tx, id);
  if (operation.status !== "running") return;
  const { kind } = operation;
  await changeOperation(tx, id, { status: "succeeded", endedAt: new Date(), result: flatten(results) });
  await addProgress(tx, id, [{ kind: "end", data: { status: "succeeded" } }]);
  if (kind === "plan" || tenant === undefined) return;
  const phase = phaseAfter(kind, tenant);
  if (phase !== undefined) {
    await changeTenant(tx, tenant.id, { phase, ...(phase === "active" ? { onceActive: true } : {}) });
  }
  await addEvent(tx, event(operation, "succeeded", { kind }));
  if (phase !== undefined && phase !== operation.phaseBefore) {
    const data = { from: operation.phaseBefore, name: tenant.spec.name };
    await addEvent(tx, {
      id: `${id}:tenant`,
      tenantId: tenant.id,
      operationId: id,
      type: `tenant.${phase}`,
      data,
    });
  }
  await promoteNext(tx, tenant.id, enqueue);
}

/** Ends an operation that could not be carried out. */
export async function fail(
  tx: Tx,
  id: string,
  { problem, untouched }: { problem: Problem; /** Whether nothing was changed. */ untouched: boolean },
  enqueue: Enqueue,
): Promise<void> {
  const { operation, tenant } = await lock(tx, id);
  if (operation.status !== "running") return;
  const { kind } = operation;
  await changeOperation(tx, id, { status: "failed", endedAt: new Date(), problem });
  await addProgress(tx, id, [{ kind: "end", data: { status: "failed", problem } }]);
  if (kind === "plan" || tenant === undefined) return;
  const phase: Phase | undefined =
    untouched || OPERATION_RULES[kind].during === undefined ? operation.phaseBefore : "failed";
  if (phase !== tenant.phase) await changeTenant(tx, tenant.id, { phase });
  await addEvent(tx, event(operation, "failed", { kind, problem: problem.type, detail: problem.detail }));
  if (phase === "failed" && operation.phaseBefore !== "failed") {
    await addEvent(tx, {
      id: `${id}:tenant`,
      tenantId: tenant.id,
      operationId: id,
      type: "tenant.failed",
      data: { from: operation.phaseBefore, problem: problem.type },
    });
  }
  await promoteNext(tx, tenant.id, enqueue);
}

/** Everybody locks the tenant's row first. */
async function lock(tx: Tx, id: string): Promise<{ operation: Operation; tenant: Tenant | undefined }> {
  const tenantId = await findTenantOf(tx, id);
  const tenant = tenantId === undefined ? undefined : await lockTenant(tx, tenantId);
  const operation = await lockOperation(tx, id);
  if (operation === undefined) throw new Error(`operation '${id}' is not in the registry`);
  return { operation, tenant };
}

/** Phase of a tenant that nothing is done to. */
const SETTLED = { serving: "active", suspended: "suspended", retained: "retained" } as const satisfies Record<
  Tenant["presence"],
  Phase
>;

function phaseAfter(kind: OperationKind, tenant: Tenant): Phase | undefined {
  switch (kind) {
    case "refresh":
    case "plan":
      return undefined;
    case "purge":
      return "purged";
    default:
      return SETTLED[tenant.presence];
  }
}

function event(operation: Operation, what: string, data: Readonly<Record<string, unknown>>) {
  const { id, tenantId } = operation;
  return { id: `${id}:${what}`, tenantId, operationId: id, type: `operation.${what}`, data };
}

/** The result of an operation of one step is that step's. */
function flatten(results: Readonly<Record<string, StepResult>>): StepResult {
  const [only, ...more] = Object.values(results);
  return more.length === 0 ? (only ?? {}) : results;
}
