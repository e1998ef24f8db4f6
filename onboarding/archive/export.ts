import { createHash } from "node:crypto";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Client, escapeIdentifier } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { type Pack, pack } from "tar-stream";
import type { Signer } from "./signer";
import { Spool } from "./spool";

/** One table in an archive. */
export interface ArchivedTable {
  readonly schema: string;
  readonly table: string;
  /** File in the archive: CSV with a header line, UTF-8. */
  readonly file: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
  readonly rows: number;
  /** Of the file, hexadecimal. */
  readonly sha256: string;
}

/** What an archive says of itself. */
export interface ArchiveManifest {
  readonly format: "tenantry-archive/1";
  readonly tenant: string;
  readonly operation: string;
  readonly takenAt: string;
  readonly tables: readonly ArchivedTable[];
}

/** An archive that is to be. */
export interface ArchiveOrder {
  readonly tenant: string;
  readonly operation: string;
  readonly signer: Signer;
  /** Keeps the archive as it is written. Content that fails before its end is no archive. */
  readonly store: (content: Readable) => Promise<void>;
}

/**
 * Makes an archive of a tenant's data: a gzipped tar with a CSV file a table, `manifest.json`, and `manifest.jws`, the
 * manifest signed. All tables are read in one snapshot, so they fit together. It streams to where it is kept: of its
 * content only the largest table is ever on this machine's disk, in a file without a name that a kill takes along.
 *
 * @param client connection to the tenant's database
 * @throws what `store` fails with, or PostgreSQL
 */
export async function exportArchive(client: Client, order: ArchiveOrder): Promise<ArchiveManifest> {
  const archive = pack();
  const content = createGzip();
  const packed = pipeline(archive, content);
  const stored = order.store(content);
  // What fails first decides, and ends the others.
  let cause: unknown;
  const end = (error: unknown) => {
    cause ??= error;
    archive.destroy();
    content.destroy(error instanceof Error ? error : undefined);
  };
  const ends = [packed, stored].map((work) => work.catch(end));
  try {
    const manifest = await writeTables(client, archive, order);
    archive.finalize();
    await Promise.all([packed, stored]);
    return manifest;
  } catch (error) {
    end(error);
    await Promise.all(ends);
    throw cause;
  }
}

async function writeTables(
  client: Client,
  archive: Pack,
  { tenant, operation, signer }: ArchiveOrder,
): Promise<ArchiveManifest> {
  await client.query("begin isolation level repeatable read read only");
  const tables: ArchivedTable[] = [];
  for (const [index, { schema, table }] of (await tablesOf(client)).entries()) {
    const file = `tables/${String(index + 1).padStart(4, "0")}.csv`;
    const copied = await addTable(client, archive, { schema, table, file });
    tables.push({ schema, table, file, columns: await columnsOf(client, schema, table), ...copied });
  }
  await client.query("commit");
  const manifest: ArchiveManifest = {
    format: "tenantry-archive/1",
    tenant,
    operation,
    takenAt: new Date().toISOString(),
    tables,
  };
  archive.entry({ name: "manifest.json" }, JSON.stringify(manifest, undefined, 2));
  archive.entry({ name: "manifest.jws" }, await signer.sign(manifest));
  return manifest;
}

async function tablesOf(client: Client): Promise<{ schema: string; table: string }[]> {
  const { rows } = await client.query<{ schema: string; table: string }>(
    `select n.nspname as schema, c.relname as table from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition
       and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
     order by 1, 2`,
  );
  return rows;
}

async function columnsOf(client: Client, schema: string, table: string): Promise<ArchivedTable["columns"]> {
  const { rows } = await client.query<{ name: string; type: string; nullable: boolean }>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [schema, table],
  );
  return rows;
}

/** Adds a table's rows, by way of a spool: an entry's header tells its size. */
async function addTable(
  client: Client,
  archive: Pack,
  { schema, table, file }: Pick<ArchivedTable, "schema" | "table" | "file">,
): Promise<Pick<ArchivedTable, "rows" | "sha256">> {
  const hash = createHash("sha256");
  const copy = client.query(
    copyTo(
      `copy (select * from ${escapeIdentifier(schema)}.${escapeIdentifier(table)}) to stdout with (format csv, header true)`,
    ),
  );
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const spool = await Spool.open();
  try {
    await pipeline(copy, hashing, spool.write());
    await pipeline(spool.read(), archive.entry({ name: file, size: await spool.size() }));
  } finally {
    await spool.close();
  }
  return { rows: copy.rowCount, sha256: hash.digest("hex") };
}
