import { OPERATION_RULES, type OperationKind, type Phase, type Problem, ProblemError } from "../lifecycle";
import {
  type Operation,
  type OperationInput,
  type Tenant,
  type Tx,
  addEvent,
  addProgress,
  changeOperation,
  changeTenant,
} from "../registry";
import { type Enqueue, inputNow, promoteNext, refusePhase } from "../requests";
import { withCommand } from "../failures";
import type { StepResult } from "./job";
import type { Locked } from "./turn";

/** How an operation failed. */
export interface Failure {
  readonly problem: Problem;
  /** Whether nothing was changed. */
  readonly untouched: boolean;
}

/**
 * Begins an operation, or finds it begun. One that cannot begin as the tenant stands now fails here and at once: were that
 * left to a transaction of its own, a worker that is killed in between would find it begun, and carry it out.
 *
 * @returns its kind; undefined where there is nothing to do: it was cancelled, has ended, or cannot begin
 */
export async function begin(
  tx: Tx,
  { operation, tenant }: Locked,
  enqueue: Enqueue,
): Promise<OperationKind | undefined> {
  const { id, kind } = operation;
  if (operation.status === "running") return kind;
  if (operation.status !== "queued") return undefined;
  const running = await changeOperation(tx, id, {
    status: "running",
    startedAt: new Date(),
    ...(tenant === undefined ? {} : { phaseBefore: tenant.phase }),
  });
  if (kind === "plan") return kind;
  if (tenant !== undefined) await addEvent(tx, event(running, "started", { kind }));
  const turn = turnOf(running, tenant);
  if ("problem" in turn) {
    await fail(tx, { operation: running, tenant }, { problem: turn.problem, untouched: true }, enqueue);
    return undefined;
  }
  if (turn.input !== running.input) await changeOperation(tx, id, { input: turn.input });
  const { during } = OPERATION_RULES[kind];
  if (during !== undefined) await changeTenant(tx, running.tenantId, { phase: during });
  return kind;
}

/** What an operation is asked as its tenant stands now, or why it cannot begin. */
function turnOf(
  { kind, input }: Operation,
  tenant: Tenant | undefined,
): { readonly input: OperationInput } | { readonly problem: Problem } {
  if (tenant === undefined) return { problem: { type: "not-found", detail: "the tenant is not there" } };
  try {
    refusePhase(tenant, kind, input);
    return { input: inputNow(tenant, input) };
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error.problem };
    throw error;
  }
}

/** Notes that a step begins. */
export async function beginStep(
  tx: Tx,
  { operation: { id, kind, tenantId } }: Locked,
  step: string,
): Promise<void> {
  await changeOperation(tx, id, { step });
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

/** Notes that a step has ended well: whatever took so many workers to get there, the next one begins afresh. */
export async function endStep(
  tx: Tx,
  { operation: { id, kind, tenantId } }: Locked,
  step: string,
): Promise<void> {
  await changeOperation(tx, id, { takeovers: 0 });
  await addProgress(tx, id, [{ kind: "step", data: { step, outcome: "done" } }]);
  if (kind === "plan") return;
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
  { operation, tenant }: Locked,
  results: Readonly<Record<string, StepResult>>,
  enqueue: Enqueue,
): Promise<void> {
  if (operation.status !== "running") return;
  const { id, kind } = operation;
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
  { operation, tenant }: Locked,
  { problem: met, untouched }: Failure,
  enqueue: Enqueue,
): Promise<void> {
  if (operation.status !== "running" && operation.status !== "queued") return;
  const { id, kind, tenantId } = operation;
  // What was queued has not begun: the tenant may have come into another phase since it was asked for.
  const before = operation.status === "queued" && tenant ? tenant.phase : operation.phaseBefore;
  const phase: Phase = untouched || OPERATION_RULES[kind].during === undefined ? before : "failed";
  const { onceActive = false, presence = "serving" } = tenant ?? {};
  const problem = withCommand(met, kind, { id: tenantId, standing: { phase, onceActive, presence } });
  await changeOperation(tx, id, { status: "failed", endedAt: new Date(), problem });
  await addProgress(tx, id, [{ kind: "end", data: { status: "failed", problem } }]);
  if (kind === "plan" || tenant === undefined) return;
  if (phase !== tenant.phase) await changeTenant(tx, tenant.id, { phase });
  await addEvent(tx, event(operation, "failed", { kind, problem: problem.type, detail: problem.detail }));
  if (phase === "failed" && before !== "failed") {
    await addEvent(tx, {
      id: `${id}:tenant`,
      tenantId: tenant.id,
      operationId: id,
      type: "tenant.failed",
      data: { from: before, problem: problem.type },
    });
  }
  await promoteNext(tx, tenant.id, enqueue);
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
