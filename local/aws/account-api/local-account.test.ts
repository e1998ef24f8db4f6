import { expect } from "chai";
import { TestAccount, codeOf, startTestServer, type TestResource, type TestServer } from "../testing/account";
import { dropDatabase } from "../catalog/rds/database";
import { fill, tryQuery } from "../catalog/rds/testing";
import { LocalAccount } from "./local-account";

const INSTANCE = "aws:rds/instance:Instance";

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
  finalSnapshotIdentifier: "acme-final",
};

describe("LocalAccount", function () {
  this.timeout(60_000);
  let server: TestServer;
  let account: TestAccount;
  let api: LocalAccount;
  let acme: TestResource;

  before(async () => (server = await startTestServer()));
  after(() => server.stop());
  let accounts = 0;
  beforeEach(async () => {
    const database = `account_${accounts++}`;
    account = new TestAccount(server.cloud, database);
    await account.configure();
    api = new LocalAccount(server.cloud, { database });
    acme = await account.create(INSTANCE, "db", ACME);
  });
  afterEach(async () => {
    for (const { identifier, kind } of await api.listSnapshots())
      if (kind === "manual") await api.deleteSnapshot(identifier);
    await api.close();
    await account.close();
    await dropDatabase(server.cloud, { database: "acme", role: "acme_app" });
  });

  function secretArn(): string {
    const [secret] = JSON.parse(JSON.stringify(acme.outputs.masterUserSecrets)) as [{ secretArn: string }];
    return secret.secretArn;
  }

  it("finds and lists snapshots with their kind, instance and size", async () => {
    const { username: user, password } = await api.secretValue(secretArn());
    const { host, port } = server.cloud.postgres;
    await fill({ host, port, user, password, database: "acme" }, "first");
    await api.snapshot("acme", "by-hand");
    const { identifier } = await api.backup("acme");
    expect(
      (await api.listSnapshots({ instance: "acme" })).map((each) => [each.identifier, each.kind]),
    ).to.deep.equal([
      ["by-hand", "manual"],
      [identifier, "automated"],
    ]);
    expect(identifier).to.match(/^rds:acme-\d{4}(-\d\d){5}-\d{3}$/);
    expect(await api.listSnapshots({ instance: "globex" })).to.deep.equal([]);
    expect(await api.findSnapshot("by-hand")).to.deep.include({ instance: "acme", kind: "manual" });
    expect(await api.findSnapshot("nobody")).to.equal(undefined);
  });

  it("rotates a managed secret", async () => {
    const former = await api.secretValue(secretArn());
    await api.rotateSecret(secretArn());
    const { username, password } = await api.secretValue(secretArn());
    expect(username).to.equal("acme_app");
    expect(password).not.to.equal(former.password);
    const { host, port } = server.cloud.postgres;
    expect(await tryQuery({ host, port, user: username, database: "acme", password })).to.equal("connected");
  });

  it("meets the account's faults", async () => {
    await account.settings.addFault({
      type: "aws:rds/*",
      operation: "CreateDBSnapshot",
      probability: 1,
      code: "InternalFailure",
      message: "struck",
      status: 500,
      moment: "before",
      remaining: 2,
    });
    expect((await api.snapshot("acme", "by-hand")).identifier).to.equal("by-hand");
    const left = await account.connection.query<{ remaining: number }>("select remaining from fault");
    expect(left.rows).to.deep.equal([{ remaining: 0 }]);
  });

  it("refuses to delete an automated snapshot by itself", async () => {
    const { identifier } = await api.backup("acme");
    expect(await codeOf(api.deleteSnapshot(identifier))).to.equal("InvalidDBSnapshotState");
  });

  const refusals: [string, () => Promise<unknown>, string][] = [
    ["a snapshot of no instance", () => api.snapshot("nobody", "by-hand"), "DBInstanceNotFound"],
    ["to delete no snapshot", () => api.deleteSnapshot("nobody"), "DBSnapshotNotFound"],
    [
      "the backups of no instance",
      () => api.deleteAutomatedBackups("db-NOBODY"),
      "DBInstanceAutomatedBackupNotFound",
    ],
    [
      "the backups of a living one",
      () => api.deleteAutomatedBackups(acme.id),
      "InvalidDBInstanceAutomatedBackupState",
    ],
    ["no secret", () => api.secretValue("arn:aws:secretsmanager:nobody"), "ResourceNotFoundException"],
  ];
  for (const [what, action, code] of refusals) {
    it(`refuses ${what} with ${code}`, async () => {
      expect(await codeOf(action())).to.equal(code);
    });
  }
});
