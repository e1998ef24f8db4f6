import type { TenantSpec } from "../../tenants/spec";
import { type OperationKind, ProblemError, mayBegin, verbOf, waysOn } from "../lifecycle";
import type { CellUse, Operation, OperationInput, Tenant } from "../registry";
import { fieldProblem } from "./field-problems";

/**
 * Refuses a tenant whose cell is not there or full. One that does not answer just now takes it all the same: the operation
 * asks again for a while, and tells if that is in vain.
 */
export function refuseCell(spec: TenantSpec, cells: readonly CellUse[]): void {
  const cell = cells.find(({ name }) => name === spec.cell);
  if (cell === undefined) {
    const known = cells.map(({ name }) => name).join(", ") || "(no cell is up)";
    throw fieldProblem("invalid-spec", "cell", `cell is '${spec.cell}': expected one of ${known}`);
  }
  if (cell.tenants >= cell.capacity) {
    throw new ProblemError({
      type: "quota-exceeded",
      detail: `cell '${cell.name}' has ${cell.tenants} tenants of ${cell.capacity} at most`,
      next: "place the tenant in another cell, or have the quota of RDS instances raised and set the cell's capacity",
    });
  }
}

/** Refuses to change what a tenant's data is bound to. */
export function refuseMoves(tenant: Tenant, spec: TenantSpec): void {
  const fields = [
    ["id", spec.id, tenant.id],
    ["cell", spec.cell, tenant.spec.cell],
    ["tier", spec.tier, tenant.spec.tier],
    ["database.engine", spec.database.engine, tenant.spec.database.engine],
  ] as const;
  const problems = fields
    .filter(([, wanted, present]) => wanted !== present)
    .map(([field, wanted, present]) => ({
      field,
      message: `${field} is '${wanted}': expected '${present}', which the tenant was made with`,
    }));
  if (problems.length === 0) return;
  throw new ProblemError({
    type: "immutable-field",
    detail: problems.map(({ message }) => message).join("; "),
    fields: problems,
  });
}

/** What lets a tenant serve, and would before its probes are asked. */
const SERVES_AGAIN: ReadonlySet<OperationKind> = new Set(["onboard", "update", "resume", "restore"]);

/** Refuses what the lifecycle does not allow now. */
export function refusePhase(tenant: Tenant, kind: OperationKind, input: OperationInput): void {
  const { id, phase, presence, onceActive, retainedUntil } = tenant;
  const possible = waysOn(tenant).map(verbOf);
  const wrongPhase = (detail: string, next: string): ProblemError =>
    new ProblemError({ type: "wrong-phase", detail, next, extensions: { phase, possible } });
  if (!mayBegin(kind, tenant)) {
    const standing =
      phase === "failed" && presence === "retained" ? "failed, its database taken down" : phase;
    throw wrongPhase(
      `tenant '${id}' is ${standing}: ${verbOf(kind)} is not possible`,
      possible.length === 0 ? "nothing more can be done with it" : `possible now: ${possible.join(", ")}`,
    );
  }
  // A retained tenant is brought back to rest, and its probes are asked: it has no other way out of its quarantine.
  const toRest = kind === "restore" && presence === "retained";
  if (tenant.quarantine !== undefined && SERVES_AGAIN.has(kind) && !toRest) {
    throw wrongPhase(
      `tenant '${id}' is quarantined: ${tenant.quarantine}`,
      "repair it: once every probe passes, the quarantine is lifted",
    );
  }
  if (kind !== "purge" || input.force === true) return;
  if (presence === "retained" && retainedUntil !== undefined && retainedUntil > new Date()) {
    throw wrongPhase(
      `tenant '${id}' is retained until ${retainedUntil.toISOString()}`,
      "purge it after that, or now with force: true",
    );
  }
  if (phase === "failed" && presence !== "retained" && onceActive) {
    throw wrongPhase(
      `tenant '${id}' has failed and still has its data`,
      "offboard it first, which keeps a final snapshot; or purge it with force: true, which loses the data",
    );
  }
}

/** Refuses a restore that does not say from where. */
export function refuseRestore(tenant: Tenant, input: OperationInput): void {
  const { restore } = input;
  if (restore === undefined && tenant.presence !== "retained") {
    throw fieldProblem(
      "invalid-request",
      "restore",
      "restore is missing: expected a snapshot's name or a time; only a retained tenant has a default, its final snapshot",
    );
  }
  if (restore !== undefined && "time" in restore && new Date(restore.time) > new Date()) {
    throw fieldProblem(
      "invalid-request",
      "restore.time",
      `restore.time is '${restore.time}': expected a time in the past`,
    );
  }
}

/** Refuses a second operation on a tenant. */
export function refuseBusy(tenant: Tenant, open: readonly Operation[]): void {
  const [first] = open;
  if (first === undefined) return;
  throw new ProblemError({
    type: "tenant-busy",
    detail: `${first.kind} is ${first.status} on tenant '${tenant.id}'`,
    next: "wait for it to end, or ask with whenBusy=queue to go behind it",
    extensions: { operation: first.id },
  });
}
