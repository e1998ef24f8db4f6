import { type Kysely, sql } from "kysely";
import type { TenantSpec } from "../../tenants/spec";
import type { Phase } from "../lifecycle";
import { Cursors } from "./page";
import { tenantOf } from "./rows";
import type { Database } from "./schema";
import type { Tx } from "./transaction";
import type { Breach, Erased, ExportedSnapshot, Page, RestoreSource, Tenant, TenantFacts } from "./types";

/** Which tenants to list. */
export interface TenantQuery {
  readonly after?: string;
  readonly limit: number;
  readonly phase?: Phase;
  readonly cell?: string;
  /** Only this one. */
  readonly id?: string;
}

/** What changes in a tenant's row; what is absent stays, `null` clears. */
export interface TenantChange {
  readonly spec?: TenantSpec;
  readonly phase?: Phase;
  readonly onceActive?: boolean;
  readonly presence?: Tenant["presence"];
  readonly lifetime?: number;
  readonly restoreFrom?: RestoreSource | null;
  readonly quarantine?: string | null;
  readonly breach?: Breach | null;
  readonly retainedUntil?: Date | null;
  readonly finalSnapshot?: string | null;
  readonly archive?: string | null;
  readonly snapshotExports?: readonly ExportedSnapshot[];
  readonly erasure?: readonly Erased[];
  readonly facts?: TenantFacts;
}

/** The cell that a tenant's spec places it in. */
const CELL = sql<string>`spec ->> 'cell'`;

const CURSORS = new Cursors("tenants", /^[a-z0-9-]{1,63}$/);

/** Reads tenants. */
export class Tenants {
  constructor(private readonly db: Kysely<Database>) {}

  /** One tenant. */
  async find(id: string): Promise<Tenant | undefined> {
    const row = await this.db
      .selectFrom("tenantry.tenants")
      .selectAll()
      .where("id", "=", id)
      .executeTakeFirst();
    return row && tenantOf(row);
  }

  /** Tenants in the order of their ids. */
  async list({ after, limit, phase, cell, id }: TenantQuery): Promise<Page<Tenant>> {
    let query = this.db
      .selectFrom("tenantry.tenants")
      .selectAll()
      .orderBy("id")
      .limit(limit + 1);
    const cursor = CURSORS.read(after);
    if (cursor !== undefined) query = query.where("id", ">", cursor);
    if (phase !== undefined) query = query.where("phase", "=", phase);
    if (cell !== undefined) query = query.where(CELL, "=", cell);
    if (id !== undefined) query = query.where("id", "=", id);
    return CURSORS.page((await query.execute()).map(tenantOf), limit, (tenant) => tenant.id);
  }
}

/** How many tenants take up room in each cell. */
export async function countByCell(db: Kysely<Database>): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("tenantry.tenants")
    .select((eb) => [CELL.as("cell"), eb.fn.countAll<string>().as("count")])
    .where("phase", "!=", "purged")
    .groupBy(CELL)
    .execute();
  return new Map(rows.map(({ cell, count }) => [cell, Number(count)]));
}

/** Reads a tenant and keeps everybody else from changing it until the transaction ends. */
export async function lockTenant({ db }: Tx, id: string): Promise<Tenant | undefined> {
  const row = await db
    .selectFrom("tenantry.tenants")
    .selectAll()
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  return row && tenantOf(row);
}

/** A tenant that is not there yet, as its spec says. */
export function tenantToBe(spec: TenantSpec, at: Date): Tenant {
  return {
    id: spec.id,
    spec,
    phase: "requested",
    version: 0,
    onceActive: false,
    presence: "serving",
    database: { lifetime: 1 },
    snapshotExports: [],
    erasure: [],
    facts: {},
    createdAt: at,
    updatedAt: at,
  };
}

/** Whether an id is or was a tenant's. Locks nothing: a moment later it may be. */
export async function isKnown({ db }: Tx, id: string): Promise<boolean> {
  const row = await db.selectFrom("tenantry.tenants").select("id").where("id", "=", id).executeTakeFirst();
  return row !== undefined;
}

/** Adds a tenant; undefined where its id is taken. */
export async function addTenant({ db }: Tx, spec: TenantSpec): Promise<Tenant | undefined> {
  const row = await db
    .insertInto("tenantry.tenants")
    .values({ id: spec.id, spec: JSON.stringify(spec), phase: "requested" })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && tenantOf(row);
}

/** Changes a tenant's row, and counts its version up. */
export async function changeTenant({ db }: Tx, id: string, change: TenantChange): Promise<Tenant> {
  const row = await db
    .updateTable("tenantry.tenants")
    .set((eb) => ({
      version: eb("version", "+", "1"),
      updated_at: new Date(),
      spec: jsonOrKeep(change.spec),
      phase: change.phase,
      once_active: change.onceActive,
      presence: change.presence,
      database_lifetime: change.lifetime,
      restore_from: jsonOrKeep(change.restoreFrom),
      quarantine: change.quarantine,
      breach: jsonOrKeep(change.breach),
      retained_until: change.retainedUntil,
      final_snapshot: change.finalSnapshot,
      archive: change.archive,
      snapshot_exports: change.snapshotExports && JSON.stringify(change.snapshotExports),
      erasure: change.erasure && JSON.stringify(change.erasure),
      facts: change.facts && JSON.stringify(change.facts),
    }))
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return tenantOf(row);
}

function jsonOrKeep(value: object | null | undefined): string | null | undefined {
  return value === undefined || value === null ? value : JSON.stringify(value);
}
