import { Client, type ClientConfig, type QueryResultRow } from "pg";

/** Where and as whom to work on a database. */
export type DatabaseWork = Pick<ClientConfig, "host" | "port" | "user" | "database" | "password">;

/** Runs a statement on a connection of its own, and gives its rows. */
export async function query<Row extends QueryResultRow>(work: DatabaseWork, text: string): Promise<Row[]> {
  const client = new Client(work);
  try {
    await client.connect();
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** `connected`, or why not. */
export async function tryQuery(work: DatabaseWork): Promise<string> {
  try {
    await query(work, "select 1");
    return "connected";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** How many rows the tenant's table has, and a checksum over them. */
export interface Checksum extends QueryResultRow {
  readonly rows: number;
  readonly sum: string;
}

/** Adds rows to a table in a schema of the user's own, and gives its checksum. */
export async function fill(work: DatabaseWork, word: string): Promise<Checksum> {
  await query(
    work,
    `create schema if not exists app;
     create table if not exists app.note (id bigint generated always as identity primary key, body text not null);
     insert into app.note (body) select '${word} ' || n from generate_series(1, 500) n`,
  );
  return checksum(work);
}

/** The table's checksum. */
export async function checksum(work: DatabaseWork): Promise<Checksum> {
  const [found] = await query<Checksum>(
    work,
    "select count(*)::integer as rows, md5(string_agg(id || ' ' || body, ',' order by id)) as sum from app.note",
  );
  if (found === undefined) throw new Error("a count gave no row");
  return found;
}
