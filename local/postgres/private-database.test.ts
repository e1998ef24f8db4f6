import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import type { Client, ClientBase } from "pg";
import { removePostgres, startPostgres, stopPostgres } from ".";
import { withClient } from "./database";
import { ensurePrivateDatabase } from "./private-database";

describe("a private database", function () {
  this.timeout(60_000);
  let directory: string;
  let access: Awaited<ReturnType<typeof startPostgres>>;

  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "tenantry-postgres-"));
    access = await startPostgres({ directory });
    await withClient(access, "postgres", (client) =>
      client.query("create role owner login password 'o'; create role stranger login password 's'"),
    );
  });
  beforeEach(() =>
    withClient(access, "postgres", (client) => client.query("drop database if exists private with (force)")),
  );
  after(async () => {
    await stopPostgres(directory);
    removePostgres(directory);
    rmSync(directory, { recursive: true, force: true });
  });

  const ensure = (client: ClientBase) => ensurePrivateDatabase(client, { name: "private", owner: "owner" });

  const visit = (user: string): Promise<string> =>
    withClient({ ...access, user, password: user.slice(0, 1) }, "private", () => Promise.resolve("in")).catch(
      String,
    );

  /** A client that is looked at after every statement. */
  function watched(client: Client, look: (count: number) => Promise<void>): ClientBase {
    let count = 0;
    return Object.create(client, {
      query: {
        value: async (text: string, values?: readonly unknown[]) => {
          const result = await client.query(text, values === undefined ? undefined : [...values]);
          await look((count += 1));
          return result;
        },
      },
    }) as ClientBase;
  }

  it("lets in its owner, and at no moment anybody else", async () => {
    const answers: string[] = [];
    await withClient(access, "postgres", (client) =>
      ensure(watched(client, async () => void answers.push(await visit("stranger")))),
    );
    expect(answers).to.have.length.greaterThan(2).and.not.include("in");
    expect(answers.at(-1)).to.contain("permission denied");
    expect(await visit("owner")).to.equal("in");
  });

  for (const kill of [1, 2, 3, 4]) {
    it(`is closed to others where its maker was killed after ${kill} statements, and is then finished`, async () => {
      await withClient(access, "postgres", (client) =>
        ensure(
          watched(client, (count) =>
            count === kill ? Promise.reject(new Error("killed")) : Promise.resolve(),
          ),
        ),
      ).catch(() => undefined);
      expect(await visit("stranger")).not.to.equal("in");
      await withClient(access, "postgres", ensure);
      expect(await visit("stranger")).to.contain("permission denied");
      expect(await visit("owner")).to.equal("in");
    });
  }

  it("stays without connections where it was closed to all", async () => {
    await withClient(access, "postgres", async (client) => {
      await ensure(client);
      await client.query("alter database private allow_connections false");
      await ensure(client);
    });
    expect(await visit("owner")).to.contain("not currently accepting connections");
  });
});
