import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { Client, escapeIdentifier } from "pg";
import { to as copyTo } from "pg-copy-streams";
import type { LocalCloud } from "../../../cloud";
import { ensurePrivateDatabase } from "../../../postgres/private-database";
import { copyName, hasRows } from "./copies";
import { COPY_PREFIX, withServer } from "./database";
import type { Snapshot } from "./snapshots";

/** One table of an export. */
export interface ExportedTable {
  /** `schema.table`. */
  readonly target: string;
  /** Its file, in the export's folder; CSV with a header line, where AWS writes Parquet. */
  readonly file: string;
  readonly rows: number;
}

/** Hexadecimal digits of the hash that the database is named by which an export is read from. */
const NAME_DIGITS = 16;

/**
 * Writes a snapshot's rows into files, laid out as AWS's exports are: a folder for the database, one for each table, one for
 * each batch. They are read from a copy of the snapshot, which nobody can connect to, and which stays as it is.
 *
 * @param check refuses the export by throwing; the snapshot is not deleted after that until all is written
 * @param done told of the tables once they are written
 */
export async function exportCopy(
  cloud: LocalCloud,
  snapshot: Snapshot,
  directory: string,
  { check, done }: { check: () => Promise<void>; done: (tables: readonly ExportedTable[]) => void },
): Promise<void> {
  await withServer(cloud, async (server) => {
    await check();
    const source = await server.query("select 1 from pg_database where datname = $1", [copyName(snapshot)]);
    // A snapshot of an instance that never came to have a database has no rows.
    const hasTables = hasRows(snapshot) && source.rowCount !== 0;
    done(hasTables ? await writeCopy(cloud, server, snapshot, directory) : []);
  });
}

async function writeCopy(
  cloud: LocalCloud,
  server: Client,
  snapshot: Snapshot,
  directory: string,
): Promise<ExportedTable[]> {
  const name = exportName(snapshot);
  const database = escapeIdentifier(name);
  // What a process left that was killed.
  await server.query(`drop database if exists ${database} with (force)`);
  try {
    await ensurePrivateDatabase(server, { name, template: copyName(snapshot) });
    return await writeTables(cloud, name, path.join(directory, snapshot.dbName), directory);
  } finally {
    await server.query(`drop database if exists ${database} with (force)`);
  }
}

function exportName({ resourceId, identifier }: Snapshot): string {
  const hash = createHash("sha256").update(`${resourceId} ${identifier}`).digest("hex");
  return `${COPY_PREFIX}export_${hash.slice(0, NAME_DIGITS)}`;
}

async function writeTables(
  cloud: LocalCloud,
  database: string,
  folder: string,
  root: string,
): Promise<ExportedTable[]> {
  const client = new Client({ ...cloud.postgres, database });
  await client.connect();
  try {
    const found = await client.query<{ schema: string; name: string }>(
      `select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and not c.relispartition
         and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
       order by 1, 2`,
    );
    const tables: ExportedTable[] = [];
    for (const { schema, name } of found.rows) {
      const target = `${schema}.${name}`;
      const file = path.join(folder, target, "1", "part-00000.csv");
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const rows = client.query(
        copyTo(
          `copy (select * from ${escapeIdentifier(schema)}.${escapeIdentifier(name)}) to stdout with (format csv, header true)`,
        ),
      );
      await pipeline(rows, createWriteStream(file, { mode: 0o600 }));
      tables.push({ target, file: path.relative(root, file), rows: rows.rowCount });
    }
    return tables;
  } finally {
    await client.end();
  }
}
