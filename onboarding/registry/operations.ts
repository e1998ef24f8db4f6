import { randomUUID } from "node:crypto";
import type { Kysely } from "kysely";
import {
  OPEN_STATUSES,
  type OperationKind,
  type OperationStatus,
  type Phase,
  type Problem,
} from "../lifecycle";
import { nameOf } from "./actor";
import { Cursors } from "./page";
import { operationOf, progressOf } from "./rows";
import type { Database } from "./schema";
import type { Tx } from "./transaction";
import type { Operation, OperationInput, Origin, Page, Progress } from "./types";

/** Which operations to list. */
export interface OperationQuery {
  readonly tenantId?: string;
  readonly status?: OperationStatus;
  readonly kind?: OperationKind;
  readonly after?: string;
  readonly limit: number;
}

const CURSORS = new Cursors("operations");

/** Reads operations. */
export class Operations {
  constructor(private readonly db: Kysely<Database>) {}

  /** One operation. */
  async find(id: string): Promise<Operation | undefined> {
    const row = await this.db
      .selectFrom("tenantry.operations")
      .selectAll()
      .where("id", "=", id)
      .executeTakeFirst();
    return row && operationOf(row);
  }

  /** Operations, the newest first. */
  async list({ tenantId, status, kind, after, limit }: OperationQuery): Promise<Page<Operation>> {
    let query = this.db
      .selectFrom("tenantry.operations")
      .selectAll()
      .orderBy("position", "desc")
      .limit(limit + 1);
    const cursor = CURSORS.read(after);
    if (cursor !== undefined) query = query.where("position", "<", cursor);
    if (tenantId !== undefined) query = query.where("tenant_id", "=", tenantId);
    if (status !== undefined) query = query.where("status", "=", status);
    if (kind !== undefined) query = query.where("kind", "=", kind);
    const rows = await query.execute();
    const { items, next } = CURSORS.page(rows, limit, ({ position }) => position);
    return { items: items.map(operationOf), next };
  }

  /** An operation's progress after a line of it, in order. */
  async progress(id: string, afterSequence: number, limit: number): Promise<Progress[]> {
    const rows = await this.db
      .selectFrom("tenantry.progress")
      .selectAll()
      .where("operation_id", "=", id)
      .where("sequence", ">", String(afterSequence))
      .orderBy("sequence")
      .limit(limit)
      .execute();
    return rows.map(progressOf);
  }

  /** How many operations are in each open status. */
  async depth(): Promise<Readonly<Record<string, number>>> {
    const rows = await this.db
      .selectFrom("tenantry.operations")
      .select((eb) => ["status", eb.fn.countAll<string>().as("count")])
      .where("status", "in", [...OPEN_STATUSES])
      .groupBy("status")
      .execute();
    return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]));
  }
}

/** What a new operation is made of. */
export interface NewOperation {
  readonly tenantId: string;
  readonly cell: string;
  readonly kind: OperationKind;
  readonly status: "waiting" | "queued";
  readonly input: OperationInput;
  readonly phaseBefore: Phase;
  readonly origin: Origin;
}

/** Adds an operation. */
export async function addOperation({ db }: Tx, operation: NewOperation): Promise<Operation> {
  const { tenantId, cell, kind, status, input, phaseBefore, origin } = operation;
  const row = await db
    .insertInto("tenantry.operations")
    .values({
      id: `op_${randomUUID().replaceAll("-", "")}`,
      tenant_id: tenantId,
      cell,
      kind,
      status,
      input: JSON.stringify(input),
      phase_before: phaseBefore,
      requested_by: origin.actor.subject,
      requester: nameOf(origin.actor),
      request_id: origin.requestId,
      traceparent: origin.traceparent,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return operationOf(row);
}

/** What changes in an operation's row; what is absent stays. */
export interface OperationChange {
  readonly status?: OperationStatus;
  readonly input?: OperationInput;
  readonly step?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly problem?: Problem;
  readonly phaseBefore?: Phase;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  /** The worker that has it. */
  readonly executor?: string;
  readonly takeovers?: number;
  /** Its place in the queue. */
  readonly place?: number;
}

/** Changes an operation's row. */
export async function changeOperation({ db }: Tx, id: string, change: OperationChange): Promise<Operation> {
  const row = await db
    .updateTable("tenantry.operations")
    .set({
      status: change.status,
      input: change.input && JSON.stringify(change.input),
      step: change.step,
      result: change.result && JSON.stringify(change.result),
      problem: change.problem && JSON.stringify(change.problem),
      phase_before: change.phaseBefore,
      started_at: change.startedAt,
      ended_at: change.endedAt,
      executor: change.executor,
      takeovers: change.takeovers,
      place: change.place,
    })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return operationOf(row);
}

/** The tenant that an operation is about; undefined where there is no such operation. */
export async function findTenantOf({ db }: Tx, operationId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("tenantry.operations")
    .select("tenant_id")
    .where("id", "=", operationId)
    .executeTakeFirst();
  return row?.tenant_id;
}

/** Reads an operation and keeps everybody else from changing it until the transaction ends. */
export async function lockOperation({ db }: Tx, id: string): Promise<Operation | undefined> {
  const row = await db
    .selectFrom("tenantry.operations")
    .selectAll()
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  return row && operationOf(row);
}

/** A tenant's operations that may still change it, the oldest first. */
export async function openOperations({ db }: Tx, tenantId: string): Promise<Operation[]> {
  const rows = await db
    .selectFrom("tenantry.operations")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .where("status", "in", [...OPEN_STATUSES])
    .where("kind", "!=", "plan")
    .orderBy("position")
    .execute();
  return rows.map(operationOf);
}

/** Writes lines of progress behind those that are there. The operation's row must be locked: nothing may come between. */
export async function addProgress(
  { db }: Tx,
  operationId: string,
  lines: readonly Pick<Progress, "kind" | "data">[],
): Promise<void> {
  if (lines.length === 0) return;
  const { last } = await db
    .selectFrom("tenantry.progress")
    .select((eb) => eb.fn.max("sequence").as("last"))
    .where("operation_id", "=", operationId)
    .executeTakeFirstOrThrow();
  const first = Number(last ?? 0) + 1;
  await db
    .insertInto("tenantry.progress")
    .values(
      lines.map(({ kind, data }, index) => ({
        operation_id: operationId,
        sequence: first + index,
        kind,
        data: JSON.stringify(data),
      })),
    )
    .execute();
}
