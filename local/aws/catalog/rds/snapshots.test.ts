import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { Client } from "pg";
import type { PluginMap } from "../../../plugin/values";
import { LocalAccount } from "../../account-api";
import { TestAccount, codeOf, startTestServer, text, type TestServer } from "../../testing/account";
import type { TestResource } from "../../testing/account";
import { Transaction } from "../../simulator/transaction";
import { setPassword } from "./database";
import { instance } from "./instance";
import { type DatabaseWork, checksum, fill, query, tryQuery } from "./testing";

const INSTANCE = "aws:rds/instance:Instance";
const PASSWORD = "a-password-of-the-test";

const ACME = {
  identifier: "acme",
  engine: "postgres",
  engineVersion: "17",
  instanceClass: "db.t4g.medium",
  allocatedStorage: 20,
  dbName: "acme",
  username: "acme_app",
  manageMasterUserPassword: true,
  backupRetentionPeriod: 7,
  deleteAutomatedBackups: false,
  finalSnapshotIdentifier: "acme-final",
};

/** What a restored instance says of itself: the rest is its source's. */
function restored(from: PluginMap, changes: PluginMap = {}): PluginMap {
  const { dbName: _name, username: _user, allocatedStorage: _storage, ...rest } = ACME;
  return { ...rest, finalSnapshotIdentifier: "acme-final-2", ...from, ...changes };
}

describe("RDS snapshots of postgres", function () {
  this.timeout(120_000);
  let server: TestServer;
  let account: TestAccount;
  let api: LocalAccount;
  let acme: TestResource;

  before(async () => (server = await startTestServer()));
  after(() => server.stop());
  beforeEach(async () => {
    const database = `account_${randomBytes(6).toString("hex")}`;
    account = new TestAccount(server.cloud, database);
    await account.configure();
    api = new LocalAccount(server.cloud, { database });
    acme = await account.create(INSTANCE, "db", ACME);
  });
  afterEach(async () => {
    await api.close();
    await account.close();
    // The accounts are apart, their databases are on one server.
    const admin = { ...server.cloud.postgres, database: "postgres" };
    const databases = await query<{ name: string }>(
      admin,
      "select datname as name from pg_database where datname ~ '^(rds_copy_|acme|globex)'",
    );
    for (const { name } of databases) await query(admin, `drop database "${name}" with (force)`);
    for (const role of ["acme_app", "globex_app"]) await query(admin, `drop role if exists ${role}`);
  });

  /** Work on a database as the user of an instance. */
  async function as(user: string, database: string): Promise<DatabaseWork> {
    await setPassword(server.cloud, user, PASSWORD);
    const { host, port } = server.cloud.postgres;
    return { host, port, user, database, password: PASSWORD };
  }

  const acmeWork = (): Promise<DatabaseWork> => as("acme_app", "acme");

  async function copies(): Promise<{ name: string; open: boolean; public: boolean }[]> {
    return query(
      { ...server.cloud.postgres, database: "postgres" },
      `select datname as name, datallowconn as open, has_database_privilege('public', oid, 'connect') as public
       from pg_database where starts_with(datname, 'rds_copy_') order by 1`,
    );
  }

  it("brings rows back from the final snapshot, under the same owner", async () => {
    const before = await fill(await acmeWork(), "first");
    await account.delete(acme);
    const again = await account.create(INSTANCE, "db", restored({ snapshotIdentifier: "acme-final" }));
    expect(await checksum(await acmeWork())).to.deep.equal(before);
    expect(again.outputs).to.deep.include({ dbName: "acme", username: "acme_app", allocatedStorage: 20 });
  });

  it("gives the restored user what it owned, to change and to drop", async () => {
    await fill(await acmeWork(), "first");
    await account.delete(acme);
    await account.create(INSTANCE, "db", restored({ snapshotIdentifier: "acme-final" }));
    const work = await acmeWork();
    expect(
      await query(work, "select distinct tableowner::text as owner from pg_tables where schemaname = 'app'"),
    ).to.deep.equal([{ owner: "acme_app" }]);
    await query(work, "alter table app.note add column seen boolean");
    await query(work, "insert into app.note (body) values ('after the restore')");
    await query(work, "drop schema app cascade");
  });

  it("logs the restored user in with the new secret, and not with the old password", async () => {
    await fill(await acmeWork(), "first");
    await account.delete(acme);
    const again = await account.create(INSTANCE, "db", restored({ snapshotIdentifier: "acme-final" }));
    const [secret] = JSON.parse(JSON.stringify(again.outputs.masterUserSecrets)) as [{ secretArn: string }];
    const { username, password } = await api.secretValue(secret.secretArn);
    const { host, port } = server.cloud.postgres;
    const work = { host, port, user: username, database: "acme" };
    expect(await tryQuery({ ...work, password })).to.equal("connected");
    expect(await tryQuery({ ...work, password: PASSWORD })).to.contain("password authentication failed");
  });

  it("leaves no way in while the instance is gone", async () => {
    const work = await acmeWork();
    await fill(work, "first");
    await account.delete(acme);
    const [copy] = await copies();
    expect(await tryQuery({ ...work, database: copy?.name ?? "" })).to.contain("authentication failed");
  });

  it("lets nobody into a snapshot, another tenant and the superuser included", async () => {
    await fill(await acmeWork(), "first");
    await api.snapshot("acme", "by-hand");
    await account.create(INSTANCE, "globex", {
      ...ACME,
      identifier: "globex",
      dbName: "globex",
      username: "globex_app",
      finalSnapshotIdentifier: "globex-final",
    });
    const [copy] = await copies();
    expect(copy).to.deep.include({ open: false, public: false });
    const database = copy?.name ?? "";
    const closed = `database "${database}" is not currently accepting connections`;
    expect(await tryQuery(await as("globex_app", database))).to.equal(closed);
    expect(await tryQuery({ ...server.cloud.postgres, database })).to.equal(closed);
  });

  it("takes a manual snapshot of a database that is in use, and of that moment", async () => {
    const work = await acmeWork();
    const before = await fill(work, "first");
    const busy = new Client(work);
    busy.on("error", () => undefined);
    await busy.connect();
    const snapshot = await api.snapshot("acme", "by-hand", { reason: "test" });
    expect(snapshot).to.deep.include({ identifier: "by-hand", instance: "acme", kind: "manual" });
    expect(snapshot.bytes).to.be.greaterThan(1_000_000);
    await busy.end().catch(() => undefined);
    await fill(work, "second");
    await account.delete(acme);
    await account.create(INSTANCE, "db", restored({ snapshotIdentifier: "by-hand" }));
    expect(await checksum(await acmeWork())).to.deep.equal(before);
  });

  it("goes back to the latest backup at or before a time, also of an instance that is gone", async () => {
    const first = await fill(await acmeWork(), "first");
    const backup = await api.backup("acme");
    const second = await fill(await acmeWork(), "second");
    await account.delete(acme);
    const [{ resourceId, earliest, latest } = NO_BACKUPS] = await api.automatedBackups("acme");
    expect(resourceId).to.equal(acme.id);
    expect(earliest).to.deep.equal(backup.createdAt);
    expect(latest.getTime()).to.be.greaterThan(earliest.getTime());

    const at = (time: Date) =>
      restored({
        restoreToPointInTime: { sourceDbiResourceId: resourceId, restoreTime: time.toISOString() },
      });
    const again = await account.create(INSTANCE, "db", at(new Date(latest.getTime() - 1)));
    expect(await checksum(await acmeWork())).to.deep.equal(first);
    await account.delete(again);
    await account.create(INSTANCE, "db", { ...at(latest), finalSnapshotIdentifier: "acme-final-3" });
    expect(await checksum(await acmeWork())).to.deep.equal(second);
  });

  for (const [when, offset] of [
    ["before the first backup", -1],
    ["after the last one", 60_000],
  ] as const) {
    it(`refuses a time ${when}`, async () => {
      const { createdAt } = await api.backup("acme");
      const restoreTime = new Date(createdAt.getTime() + offset).toISOString();
      const point = restored({ restoreToPointInTime: { sourceDbiResourceId: acme.id, restoreTime } });
      expect(
        await codeOf(account.create(INSTANCE, "again", { ...point, identifier: "acme-again" })),
      ).to.equal("InvalidParameterValue");
    });
  }

  it("knows no point in time of an instance without backups", async () => {
    const point = { sourceDbiResourceId: acme.id, restoreTime: new Date().toISOString() };
    const attempt = account.create(
      INSTANCE,
      "again",
      restored({ restoreToPointInTime: point }, { identifier: "acme-again" }),
    );
    expect(await codeOf(attempt)).to.equal("DBInstanceAutomatedBackupNotFound");
  });

  it("deletes the backups with the instance where they are not to be kept", async () => {
    await api.backup("acme");
    acme = await account.update(acme, { ...ACME, deleteAutomatedBackups: true, skipFinalSnapshot: true });
    await account.delete(acme);
    expect(await api.listSnapshots()).to.deep.equal([]);
    expect(await copies()).to.deep.equal([]);
  });

  it("drops a snapshot's rows with it, and at last the user who owned them", async () => {
    await fill(await acmeWork(), "first");
    await account.delete(acme);
    await api.deleteAutomatedBackups(acme.id);
    const roles = () =>
      query(
        { ...server.cloud.postgres, database: "postgres" },
        "select rolcanlogin as login from pg_roles where rolname = 'acme_app'",
      );
    expect(await roles()).to.deep.equal([{ login: false }]);
    await api.deleteSnapshot("acme-final");
    expect(await copies()).to.deep.equal([]);
    expect(await roles()).to.deep.equal([]);
  });

  it("takes the snapshot up where a process was killed that deleted the instance", async () => {
    const before = await fill(await acmeWork(), "first");
    await account.connection.write((client) =>
      new Transaction(client, account.store, {
        accountId: "123456789012",
        region: "us-east-1",
        partition: "aws",
      }).take(instance, { type: INSTANCE, region: "us-east-1", id: acme.id }),
    );
    expect(await copies()).to.deep.equal([]);
    await account.delete(acme);
    await account.create(INSTANCE, "db", restored({ snapshotIdentifier: "acme-final" }));
    expect(await checksum(await acmeWork())).to.deep.equal(before);
  });

  it("leaves an instance as it is that is made again in vain, after its snapshot has gone", async () => {
    await account.delete(acme);
    const from = restored({ snapshotIdentifier: "acme-final" });
    const again = await account.create(INSTANCE, "db", from);
    const written = await fill(await acmeWork(), "later");
    await api.deleteSnapshot("acme-final");
    await account.update(again, { ...from, instanceClass: "db.m7g.large" });
    expect(await checksum(await acmeWork())).to.deep.equal(written);
  });

  it("refuses to restore from no snapshot", async () => {
    const from = restored({ snapshotIdentifier: "nobody" }, { identifier: "again" });
    expect(await codeOf(account.create(INSTANCE, "again", from))).to.equal("DBSnapshotNotFound");
  });

  it("refuses a second snapshot of a name, final or by hand", async () => {
    await api.snapshot("acme", "acme-final");
    expect(await codeOf(api.snapshot("acme", "acme-final"))).to.equal("DBSnapshotAlreadyExists");
    expect(await codeOf(account.delete(acme))).to.equal("DBSnapshotAlreadyExists");
    expect(text(acme, "status")).to.equal("available");
  });

  it("refuses one manual snapshot too many, and counts no backup", async () => {
    await account.settings.setQuota("rds.snapshots", 1);
    await api.backup("acme");
    await api.snapshot("acme", "by-hand");
    expect(await codeOf(api.snapshot("acme", "another"))).to.equal("SnapshotQuotaExceeded");
    expect(await codeOf(account.delete(acme))).to.equal("SnapshotQuotaExceeded");
  });

  it("refuses another engine than the snapshot's, and less storage", async () => {
    await account.delete(acme);
    for (const change of [{ engine: "mysql", engineVersion: "8.4" }, { allocatedStorage: 10 }]) {
      const attempt = account.create(INSTANCE, "db", restored({ snapshotIdentifier: "acme-final" }, change));
      expect(await codeOf(attempt)).to.equal("InvalidParameterCombination");
    }
  });
});

const NO_BACKUPS = { resourceId: "", earliest: new Date(0), latest: new Date(0) };
