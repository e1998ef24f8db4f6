import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Client, escapeIdentifier } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { type Pack, pack } from "tar-stream";
import type { Signer } from "./signer";

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

/**
 * Writes a tenant's data into an archive: a gzipped tar with a CSV file a table, `manifest.json`, and `manifest.jws`, the
 * manifest signed. All tables are read in one snapshot, so they fit together.
 *
 * @param client connection to the tenant's database
 * @param file where to write it
 */
export async function exportArchive(
  client: Client,
  { tenant, operation, signer, file }: { tenant: string; operation: string; signer: Signer; file: string },
): Promise<ArchiveManifest> {
  const scratch = await mkdtemp(path.join(tmpdir(), "tenantry-archive-"));
  const archive = pack();
  const written = pipeline(archive, createGzip(), createWriteStream(file, { mode: 0o600 }));
  // What fails first decides; the writer must not fail unheard meanwhile.
  written.catch(() => undefined);
  try {
    await client.query("begin isolation level repeatable read read only");
    const tables: ArchivedTable[] = [];
    for (const [index, { schema, table }] of (await tablesOf(client)).entries()) {
      const name = `${String(index + 1).padStart(4, "0")}.csv`;
      const copy = path.join(scratch, name);
      const { rows, sha256 } = await copyTable(client, schema, table, copy);
      await addFile(archive, `tables/${name}`, copy);
      await rm(copy);
      tables.push({
        schema,
        table,
        file: `tables/${name}`,
        columns: await columnsOf(client, schema, table),
        rows,
        sha256,
      });
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
    archive.finalize();
    await written;
    return manifest;
  } catch (error) {
    archive.destroy();
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
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

async function copyTable(
  client: Client,
  schema: string,
  table: string,
  file: string,
): Promise<{ rows: number; sha256: string }> {
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
  await pipeline(copy, hashing, createWriteStream(file, { mode: 0o600 }));
  return { rows: copy.rowCount, sha256: hash.digest("hex") };
}

async function addFile(archive: Pack, name: string, file: string): Promise<void> {
  const { size } = await stat(file);
  const entry = archive.entry({ name, size });
  await pipeline(createReadStream(file), entry);
}
