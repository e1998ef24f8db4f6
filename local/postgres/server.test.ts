import { expect } from "chai";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { waitForExit } from "../processes";
import { hasSqlState, withClient } from "./database";
import { dataFolder, removePlacement } from "./placement";
import { PostgresStartError, accountDatabase, runningPostgres, startPostgres, stopPostgres } from "./server";

describe("the embedded PostgreSQL", function () {
  this.timeout(60_000);

  let directory: string;
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), "tenantry-postgres-"));
  });
  after(async () => {
    await stopPostgres(directory);
    removePlacement(directory);
  });

  const start = () => startPostgres({ directory });
  const runningPid = () => runningPostgres(directory)?.pid;

  it("is reached on the loopback address only, with a password only", async () => {
    const access = await start();
    const shown = await withClient(access, accountDatabase, async (client) => {
      const setting = async (name: string) =>
        (await client.query<{ value: string }>("SELECT current_setting($1) AS value", [name])).rows[0]?.value;
      return [
        await setting("listen_addresses"),
        await setting("unix_socket_directories"),
        await setting("password_encryption"),
      ];
    });
    expect(shown).to.deep.equal(["127.0.0.1", "", "scram-sha-256"]);
    const refused = await withClient({ ...access, password: "wrong" }, accountDatabase, () =>
      Promise.resolve(),
    ).catch((error: unknown) => error);
    expect(hasSqlState(refused, "28P01")).to.equal(true);
  });

  it("is left alone when it runs", async () => {
    const first = await start();
    const pid = runningPid();
    expect(await start()).to.deep.equal(first);
    expect(runningPid()).to.equal(pid);
  });

  it("keeps what was committed when it is killed", async () => {
    const access = await start();
    await withClient(access, accountDatabase, (client) =>
      client.query("CREATE TABLE kept AS SELECT 42 AS answer"),
    );
    const pid = runningPid() ?? 0;
    process.kill(pid, "SIGKILL");
    await waitForExit(pid, 5_000);
    expect(runningPid()).to.equal(undefined);

    expect(await start()).to.deep.equal(access);
    const { rows } = await withClient(access, accountDatabase, (client) =>
      client.query("SELECT answer FROM kept"),
    );
    expect(rows).to.deep.equal([{ answer: 42 }]);
  });

  it("starts when the process id it left behind belongs to another program now", async () => {
    await start();
    await stopPostgres(directory);
    writeFileSync(
      path.join(dataFolder(directory), "postmaster.pid"),
      `${process.pid}\n${dataFolder(directory)}\n`,
    );
    expect(runningPid()).to.equal(undefined);
    await start();
    expect(runningPid()).to.be.a("number").and.not.equal(process.pid);
  });

  it("says what to do when its port is taken, and keeps the port", async () => {
    const { port } = await start();
    expect(await stopPostgres(directory)).to.equal(true);
    const intruder = createServer();
    await new Promise<void>((resolve) => intruder.listen(port, "127.0.0.1", resolve));
    try {
      const error = await start().catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(PostgresStartError);
      expect(String(error))
        .to.contain(`Port ${port} on 127.0.0.1 is taken`)
        .and.to.contain("npm run local -- reset");
    } finally {
      await new Promise((resolve) => intruder.close(resolve));
    }
    expect((await start()).port).to.equal(port);
  });

  it("has nothing to stop when it does not run", async () => {
    await start();
    expect([await stopPostgres(directory), await stopPostgres(directory)]).to.deep.equal([true, false]);
  });

  it("outlives the process that started it", async () => {
    const script = `require("./server").startPostgres({ directory: process.argv[1] }).then(() => process.exit())`;
    await promisify(execFile)(process.execPath, ["--require=tsx/cjs", "-e", script, directory], {
      cwd: __dirname,
    });
    expect(runningPid()).to.be.a("number");
  });

  it("leaves nothing when it is interrupted while its data folder is made, and starts afterwards", async () => {
    const other = mkdtempSync(path.join(tmpdir(), "tenantry-postgres-"));
    try {
      const abort = new AbortController();
      const began = startPostgres({
        directory: other,
        signal: abort.signal,
        onProgress: () => abort.abort(),
      });
      expect(await began.catch((error: unknown) => error)).to.be.instanceOf(Error);
      expect(runningPostgres(other)).to.equal(undefined);
      expect((await startPostgres({ directory: other })).host).to.equal("127.0.0.1");
    } finally {
      await stopPostgres(other);
      removePlacement(other);
      rmSync(other, { recursive: true, force: true });
    }
  });
});
