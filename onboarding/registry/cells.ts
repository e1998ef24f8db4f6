import { type Kysely, sql } from "kysely";
import type { Database } from "./schema";
import { countByCell } from "./tenants";
import type { Tx } from "./transaction";
import type { CellRecord } from "./types";

/** A cell, and how many tenants are in it. */
export interface CellUse extends CellRecord {
  readonly tenants: number;
}

/** The cells, as a worker last saw them. */
export class Cells {
  constructor(private readonly db: Kysely<Database>) {}

  /**
   * Every cell, and how full it is.
   *
   * @param tx reads within it: a transaction that waited for a second connection could wait for ever
   */
  async list(tx?: Pick<Tx, "db">): Promise<CellUse[]> {
    const db = tx?.db ?? this.db;
    const rows = await db.selectFrom("tenantry.cells").selectAll().orderBy("name").execute();
    const counts = await countByCell(db);
    return rows.map(({ checked_at, ...cell }) => ({
      ...cell,
      checkedAt: checked_at,
      tenants: counts.get(cell.name) ?? 0,
    }));
  }

  /** Notes that a worker looked for a cell and found that it is not up, where it is known at all. */
  async recordAway(name: string): Promise<void> {
    await this.db
      .updateTable("tenantry.cells")
      .set({ ready: false, checked_at: sql<Date>`now()` })
      .where("name", "=", name)
      .execute();
  }

  /** Notes what a worker saw of a cell. */
  async record(cell: Omit<CellRecord, "checkedAt">): Promise<void> {
    await this.db
      .insertInto("tenantry.cells")
      .values({ ...cell })
      .onConflict((conflict) =>
        conflict.column("name").doUpdateSet({ ...cell, checked_at: sql<Date>`now()` }),
      )
      .execute();
  }
}

/** Lets one transaction at a time place a tenant in a cell, until it ends, so that what is counted stays so. */
export async function lockCell({ db }: Pick<Tx, "db">, name: string): Promise<void> {
  await db.selectFrom("tenantry.cells").select("name").where("name", "=", name).forUpdate().execute();
}
