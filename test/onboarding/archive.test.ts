import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { type Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { expect } from "chai";
import { type JWK, exportJWK, generateKeyPair } from "jose";
import type { Client } from "pg";
import { extract } from "tar-stream";
import { type TestServer, startTestServer } from "../../local/aws/testing/account";
import { ensureDatabase, withClient } from "../../local/postgres/database";
import { Signer, exportArchive, verifySigned } from "../../onboarding/archive";
import { failureOf } from "./refusal";

/** Rows of the large table, of 100 bytes each: more than all buffers on its way hold. */
const ROWS = 40_000;

describe("an archive of a tenant's data", function () {
  this.timeout(60_000);
  const { TMPDIR } = process.env;
  let server: TestServer;
  let access: TestServer["cloud"]["postgres"];
  let scratch: string;
  let signer: Signer;
  let publicKey: JWK;

  before(async () => {
    server = await startTestServer();
    access = server.cloud.postgres;
    await ensureDatabase(access, "acme");
    await withClient(access, "acme", (client) =>
      client.query(`
        create schema "App";
        create table "App"."large, or so" (id int, body text);
        insert into "App"."large, or so" select n, repeat(md5(n::text), 3) from generate_series(1, ${ROWS}) n;
        create table "App".nothing (id int);
        create table "App".bare ();
      `),
    );
    const pair = await generateKeyPair("EdDSA", { extractable: true });
    publicKey = await exportJWK(pair.publicKey);
    signer = await Signer.from({ ...(await exportJWK(pair.privateKey)), kid: "test" });
  });
  beforeEach(() => {
    scratch = mkdtempSync(path.join(tmpdir(), "tenantry-archive-"));
    process.env["TMPDIR"] = scratch;
  });
  afterEach(() => {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
    rmSync(scratch, { recursive: true, force: true });
  });
  after(() => server.stop());

  const archive = (store: (content: Readable) => Promise<void>, client?: Client) => {
    const order = { tenant: "acme", operation: "op_1", signer, store };
    return client === undefined
      ? withClient(access, "acme", (own) => exportArchive(own, order))
      : exportArchive(client, order);
  };

  const messageOf = async (work: Promise<unknown>) => String(await failureOf(work));

  it("holds every table, the empty ones too, and a manifest that is signed", async () => {
    const files = new Map<string, string>();
    const manifest = await archive(async (content) => {
      const entries = extract();
      const unpacked = pipeline(content, createGunzip(), entries);
      for await (const entry of entries) {
        const chunks: Buffer[] = [];
        for await (const chunk of entry) chunks.push(chunk as Buffer);
        files.set(entry.header.name, Buffer.concat(chunks).toString());
      }
      await unpacked;
    });
    expect(manifest.tables.map(({ table, rows }) => [table, rows])).to.deep.equal([
      ["bare", 0],
      ["large, or so", ROWS],
      ["nothing", 0],
    ]);
    const [, large, nothing] = manifest.tables.map(({ file }) => files.get(file)?.split("\n"));
    expect(large?.length).to.equal(ROWS + 2);
    expect(nothing).to.deep.equal(["id", ""]);
    expect(await verifySigned(files.get("manifest.jws") ?? "", publicKey)).to.deep.equal(manifest);
  });

  it("leaves no row in the folder of temporary files that a kill could leave there", async () => {
    const seen: { name: string; bytes: number }[] = [];
    await archive((content) =>
      pipeline(
        content,
        new Writable({
          write(_chunk, _encoding, done) {
            for (const name of readdirSync(scratch)) {
              const bytes = statSync(path.join(scratch, name), { throwIfNoEntry: false })?.size ?? 0;
              if (bytes > 0) seen.push({ name, bytes });
            }
            done();
          },
        }),
      ),
    );
    expect(seen).to.deep.equal([]);
  });

  it("fails as its store does, and the connection can be used again", async () => {
    await withClient(access, "acme", async (client) => {
      const refused = archive(async (content) => {
        await once(content, "readable");
        throw new Error("AccessDenied");
      }, client);
      expect(await messageOf(refused)).to.equal("Error: AccessDenied");
      await client.query("rollback");
      expect((await client.query("select 1 as one")).rows).to.deep.equal([{ one: 1 }]);
    });
    expect(readdirSync(scratch)).to.deep.equal([]);
  });

  it("is none where the database goes away: its content fails before its end", async () => {
    let stored = "not yet";
    const failure = await withClient(access, "acme", async (client) => {
      client.on("error", () => undefined);
      const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
      await withClient(access, "acme", (other) =>
        other.query(
          `create table "App".zeros (id int); insert into "App".zeros select generate_series(1, 10)`,
        ),
      );
      return messageOf(
        archive(async (content) => {
          await withClient(access, "postgres", (other) =>
            other.query("select pg_terminate_backend($1)", [rows[0]?.pid]),
          );
          stored = await messageOf(
            pipeline(content, new Writable({ write: (_chunk, _encoding, done) => done() })),
          );
        }, client),
      );
    });
    expect(failure).to.match(/terminat|connection error/i);
    expect(stored).to.equal(failure);
  });
});
