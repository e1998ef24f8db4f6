import type { TenantSpec } from "../../tenants/spec";
import { type OperationKind, ProblemError } from "../lifecycle";
import {
  type CellUse,
  type Operation,
  type OperationInput,
  type Origin,
  type Tenant,
  type Tx,
  addEvent,
  addOperation,
  addTenant,
  appendAudit,
  changeOperation,
  findTenantOf,
  isKnown,
  lockCell,
  lockOperation,
  lockTenant,
  openOperations,
  tenantToBe,
} from "../registry";
import { fieldProblem } from "./field-problems";
import { refuseCrowd, refusePlans } from "./limits";
import { type Queue, handOver, makeWay, promoteNext } from "./promote";
import { refuseBusy, refuseCell, refuseMoves, refusePhase, refuseRestore } from "./refusals";

/** What a request for an operation says besides. */
export interface StartOptions {
  /** What to do where another operation is at work on the tenant. */
  readonly whenBusy: "refuse" | "queue";
  /** Version that the tenant must still have. Default: any. */
  readonly expectedVersion?: number;
}

/** What an accepted request made. */
export interface Accepted {
  readonly tenant: Tenant;
  readonly operation: Operation;
}

/**
 * Takes requests in: checks them, and writes operation, event, audit entry and place in the queue in one transaction. What
 * it has accepted is carried out, whatever becomes of the process that took it.
 */
export class Requests {
  constructor(
    private readonly queue: Queue,
    private readonly cells: { list(tx: Tx): Promise<readonly CellUse[]> },
  ) {}

  /**
   * Takes a new tenant in.
   *
   * @throws ProblemError `tenant-id-taken`, `invalid-spec` or `quota-exceeded`
   */
  async onboard(tx: Tx, spec: TenantSpec, origin: Origin): Promise<Accepted> {
    // Before the cell is locked: a thousand who ask for the same tenant need not wait for each other to be told.
    if (await isKnown(tx, spec.id)) throw taken(spec.id);
    await lockCell(tx, spec.cell);
    refuseCell(spec, await this.cells.list(tx));
    const tenant = await addTenant(tx, spec);
    if (tenant === undefined) throw taken(spec.id);
    const operation = await this.accept(tx, tenant, "onboard", { spec }, origin, "queued");
    await addEvent(tx, {
      id: `${operation.id}:tenant.requested`,
      tenantId: tenant.id,
      operationId: operation.id,
      type: "tenant.requested",
      data: { name: spec.name, tier: spec.tier, cell: spec.cell },
    });
    return { tenant, operation };
  }

  /**
   * Takes an operation on a tenant in, or a plan of one.
   *
   * @throws ProblemError `not-found`, `precondition-failed`, `tenant-busy`, `wrong-phase`, `immutable-field`, `invalid-request`
   */
  async start(
    tx: Tx,
    tenantId: string,
    kind: OperationKind,
    input: OperationInput,
    origin: Origin,
    { whenBusy, expectedVersion }: StartOptions,
  ): Promise<Accepted> {
    if (kind === "plan" && input.planned === "onboard" && input.spec !== undefined) {
      return this.planNew(tx, input.spec, origin);
    }
    const tenant = await lockTenant(tx, tenantId);
    if (tenant === undefined) {
      throw new ProblemError({ type: "not-found", detail: `tenant '${tenantId}' is not there` });
    }
    if (expectedVersion !== undefined && expectedVersion !== tenant.version) {
      throw fieldProblem(
        "precondition-failed",
        "If-Match",
        `If-Match is "${expectedVersion}": expected "${tenant.version}", the tenant's present ETag`,
      );
    }
    const judged = kind === "plan" ? (input.planned ?? "repair") : kind;
    if (judged === "update") {
      if (input.spec === undefined) throw fieldProblem("invalid-request", "spec", "spec is missing");
      refuseMoves(tenant, input.spec);
    }
    if (judged === "restore") refuseRestore(tenant, input);
    const open = kind === "plan" ? [] : await openOperations(tx, tenantId);
    if (whenBusy === "refuse") refuseBusy(tenant, open);
    await refuseCrowd(tx, { tenant, kind, open, requester: origin.actor });
    const isNext =
      open.length === 0 || (await makeWay(tx, { kind }, { tenant, open, withdraw: this.queue.withdraw }));
    // Behind another operation, nobody knows yet in which phase that leaves the tenant: it is judged when its turn comes.
    if (isNext) refusePhase(tenant, judged, input);
    const operation = await this.accept(tx, tenant, kind, input, origin, isNext ? "queued" : "waiting");
    return { tenant, operation };
  }

  /**
   * Takes back an operation that no worker has yet.
   *
   * @throws ProblemError `not-found` or `not-cancellable`
   */
  async cancel(tx: Tx, operationId: string, origin: Origin): Promise<Operation> {
    // The tenant's row first, as everybody locks: two who lock in different orders wait for each other.
    const tenantOf = await findTenantOf(tx, operationId);
    if (tenantOf !== undefined) await lockTenant(tx, tenantOf);
    const found = await lockOperation(tx, operationId);
    if (found === undefined) {
      throw new ProblemError({ type: "not-found", detail: `operation '${operationId}' is not there` });
    }
    const { tenantId } = found;
    if (found.status !== "waiting" && found.status !== "queued") {
      throw new ProblemError({
        type: "not-cancellable",
        detail: `operation '${operationId}' is ${found.status}: only one that waits can be taken back`,
      });
    }
    const operation = await changeOperation(tx, operationId, { status: "cancelled", endedAt: new Date() });
    await appendAudit(tx, {
      origin,
      action: "operation.cancel",
      tenantId,
      before: { operation: operationId, status: found.status },
      after: { operation: operationId, status: "cancelled" },
    });
    if (operation.kind !== "plan") {
      await addEvent(tx, {
        id: `${operationId}:cancelled`,
        tenantId,
        operationId,
        type: "operation.cancelled",
        data: { kind: operation.kind },
      });
      await promoteNext(tx, tenantId, this.queue.enqueue);
    }
    return operation;
  }

  /** A plan of a tenant that is not there yet: nothing but the operation is written. */
  private async planNew(tx: Tx, spec: TenantSpec, origin: Origin): Promise<Accepted> {
    refuseCell(spec, await this.cells.list(tx));
    if (await isKnown(tx, spec.id)) throw taken(spec.id);
    const tenant = tenantToBe(spec, new Date());
    return {
      tenant,
      operation: await this.accept(tx, tenant, "plan", { spec, planned: "onboard" }, origin, "queued"),
    };
  }

  private async accept(
    tx: Tx,
    tenant: Tenant,
    kind: OperationKind,
    input: OperationInput,
    origin: Origin,
    status: "waiting" | "queued",
  ): Promise<Operation> {
    if (kind === "plan") await refusePlans(tx, origin.actor);
    const operation = await addOperation(tx, {
      tenantId: tenant.id,
      cell: tenant.spec.cell,
      kind,
      status,
      input,
      phaseBefore: tenant.phase,
      origin,
    });
    if (kind !== "plan") {
      await addEvent(tx, {
        id: `${operation.id}:requested`,
        tenantId: tenant.id,
        operationId: operation.id,
        type: "operation.requested",
        data: { kind },
      });
    }
    await appendAudit(tx, {
      origin,
      action: `tenant.${kind}`,
      tenantId: tenant.id,
      before: kind === "onboard" ? undefined : { phase: tenant.phase, spec: tenant.spec },
      after: { operation: operation.id, ...input },
    });
    if (status === "queued") await handOver(tx, operation, this.queue.enqueue);
    return operation;
  }
}

function taken(id: string): ProblemError {
  return fieldProblem(
    "tenant-id-taken",
    "id",
    `id '${id}' is or was another tenant's: expected an id that was never used`,
  );
}
