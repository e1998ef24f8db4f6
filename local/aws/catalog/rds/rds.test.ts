import { expect } from "chai";
import { Client } from "pg";
import { Secret, reveal } from "../../../plugin/values";
import { rotateMasterPassword } from "../../account-changes";
import {
  TestAccount,
  codeOf,
  startTestServer,
  type TestResource,
  type TestServer,
} from "../../testing/account";
import { asText } from "../../framework";
import { dropDatabase, scramVerifier } from "./database";

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
  finalSnapshotIdentifier: "acme-final",
};
const GLOBEX = {
  ...ACME,
  identifier: "globex",
  dbName: "globex",
  username: "globex_app",
  finalSnapshotIdentifier: "globex-final",
};

describe("RDS instances of postgres", function () {
  this.timeout(120_000);
  let server: TestServer;
  let account: TestAccount;

  before(async () => (server = await startTestServer()));
  after(() => server.stop());
  beforeEach(async () => {
    account = new TestAccount(server.cloud);
    await account.configure();
  });
  afterEach(async () => {
    // The accounts are apart, their databases are on one server.
    for (const { state } of await account.store.list(INSTANCE, "us-east-1", {})) {
      await dropDatabase(server.cloud, { database: asText(state.dbName), role: asText(state.username) });
    }
    await account.close();
  });

  async function masterPassword(instance: TestResource): Promise<string> {
    const [secret] = JSON.parse(JSON.stringify(instance.outputs.masterUserSecrets)) as [
      { secretArn: string },
    ];
    const found = await account.provider.invoke("aws:secretsmanager/getSecretVersion:getSecretVersion", {
      secretId: secret.secretArn,
    });
    const text = reveal(found.secretString ?? null);
    const parsed: unknown = JSON.parse(typeof text === "string" ? text : "null");
    return typeof parsed === "object" && parsed !== null && "password" in parsed
      ? String(parsed.password)
      : "";
  }

  async function connect(user: string, database: string, password: string): Promise<string> {
    const { host, port } = server.cloud.postgres;
    const client = new Client({ host, port, user, database, password });
    try {
      await client.connect();
      const found = await client.query<{ owner: string }>(
        "select pg_get_userbyid(datdba)::text as owner from pg_database where datname = current_database()",
      );
      return `owner ${found.rows[0]?.owner}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  it("makes a real database whose owner logs in with the managed password, at the endpoint it names", async () => {
    const instance = await account.create(INSTANCE, "db", ACME);
    const { host, port } = server.cloud.postgres;
    expect(instance.outputs).to.deep.include({
      address: host,
      port,
      endpoint: `${host}:${port}`,
      engineVersionActual: "17.9",
    });
    expect(await connect("acme_app", "acme", await masterPassword(instance))).to.equal("owner acme_app");
    expect(await connect("acme_app", "acme", "wrong")).to.contain("password authentication failed");
  });

  it("lets no instance's user into another's database, nor into the account state", async () => {
    const password = await masterPassword(await account.create(INSTANCE, "acme", ACME));
    await account.create(INSTANCE, "globex", GLOBEX);
    for (const database of ["globex", "postgres", "template1", "account"]) {
      expect(await connect("acme_app", database, password)).to.equal(
        `permission denied for database "${database}"`,
      );
    }
  });

  it("makes many at once", async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        codeOf(
          account.create(INSTANCE, `db-${index}`, {
            ...ACME,
            identifier: `tenant-${index}`,
            dbName: `tenant_${index}`,
            username: `user_${index}`,
          }),
        ),
      ),
    );
    expect(made).to.deep.equal(Array.from({ length: 8 }, () => "ok"));
  });

  it("sets a password that the program gives, and changes it", async () => {
    const given = { ...ACME, manageMasterUserPassword: undefined, password: new Secret("first-password") };
    const instance = await account.create(INSTANCE, "db", given);
    expect(instance.outputs.password).to.deep.equal(new Secret("first-password"));
    expect(await connect("acme_app", "acme", "first-password")).to.equal("owner acme_app");
    await account.update(instance, { ...given, password: new Secret("second-password") });
    expect(await connect("acme_app", "acme", "second-password")).to.equal("owner acme_app");
    expect(await connect("acme_app", "acme", "first-password")).to.contain("password authentication failed");
  });

  it("rotates the managed password, and an update leaves the new one alone", async () => {
    const instance = await account.create(INSTANCE, "db", ACME);
    const former = await masterPassword(instance);
    await rotateMasterPassword(server.cloud, account.store, "acme");
    const rotated = await masterPassword(instance);
    expect(rotated).to.not.equal(former);
    await account.update(instance, { ...ACME, instanceClass: "db.m7g.large" });
    expect(await connect("acme_app", "acme", former)).to.contain("password authentication failed");
    expect(await connect("acme_app", "acme", rotated)).to.equal("owner acme_app");
  });

  it("drops the database and the user, and keeps the final snapshot and nothing else", async () => {
    const instance = await account.create(INSTANCE, "db", ACME);
    await account.delete(instance);
    expect(await connect("postgres", "acme", server.cloud.postgres.password)).to.equal(
      'database "acme" does not exist',
    );
    expect(await account.store.all(true)).to.deep.equal([]);
    expect((await account.retained.list()).map(({ kind, name }) => [kind, name])).to.deep.equal([
      ["rds-snapshot", "acme-final"],
    ]);
  });

  it("deletes although somebody is connected", async () => {
    const instance = await account.create(INSTANCE, "db", ACME);
    const { host, port } = server.cloud.postgres;
    const client = new Client({
      host,
      port,
      user: "acme_app",
      database: "acme",
      password: await masterPassword(instance),
    });
    client.on("error", () => undefined);
    await client.connect();
    expect(await codeOf(account.delete(instance))).to.equal("ok");
    await client.end().catch(() => undefined);
  });

  it("makes the database again where a killed process left off", async () => {
    await account.settings.addFault({
      type: INSTANCE,
      operation: "create",
      probability: 1,
      code: "AccessDenied",
      message: "struck",
      status: 403,
      moment: "after",
      remaining: 1,
    });
    expect(await codeOf(account.create(INSTANCE, "db", ACME))).to.equal("AccessDenied");
    const instance = await account.create(INSTANCE, "db", ACME);
    expect(await connect("acme_app", "acme", await masterPassword(instance))).to.equal("owner acme_app");
    expect(await account.store.count(INSTANCE, "us-east-1", {})).to.equal(1);
  });

  for (const [what, change] of [
    ["dbName", { dbName: "acme" }],
    ["username", { username: "acme_app" }],
  ] as const) {
    it(`says that two instances can't share a ${what} locally`, async () => {
      await account.create(INSTANCE, "acme", ACME);
      const attempt = account.create(INSTANCE, "globex", { ...GLOBEX, ...change });
      expect(await codeOf(attempt)).to.equal("LocalCloudLimit");
      expect(await account.store.count(INSTANCE, "us-east-1", {})).to.equal(1);
    });
  }

  for (const change of [
    { dbName: "account" },
    { dbName: "postgres" },
    { username: "postgres" },
    { username: "pg_monitor" },
  ]) {
    it(`refuses the reserved ${JSON.stringify(change)}`, async () => {
      expect(await codeOf(account.create(INSTANCE, "db", { ...ACME, ...change }))).to.equal(
        "LocalCloudLimit",
      );
    });
  }

  for (const [change, property, reason] of [
    [{ identifier: "Acme" }, "identifier", "1 to 63 lower case letters"],
    [{ username: undefined }, "username", "is required unless"],
    [{ password: "long-enough" }, "password", "conflicts with manageMasterUserPassword"],
    [{ manageMasterUserPassword: undefined, password: "short" }, "password", "expected 8 characters or more"],
    [{ backupRetentionPeriod: 36 }, "backupRetentionPeriod", "36 is out of range; expected 0 to 35 days"],
    [{ finalSnapshotIdentifier: "a--b" }, "finalSnapshotIdentifier", '"a--b" is not valid'],
  ] as const) {
    it(`refuses ${JSON.stringify(change)} in Check`, async () => {
      expect(await codeOf(account.create(INSTANCE, "db", { ...ACME, ...change }))).to.match(
        new RegExp(`^check ${property}: .*${reason}`),
      );
    });
  }
});

describe("a SCRAM verifier", () => {
  it("is the one that RFC 7677 gives for its example", () => {
    const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
    expect(scramVerifier("pencil", salt, 4096)).to.equal(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });
});
