import { expect } from "chai";
import * as path from "node:path";
import { z } from "zod";
import { LocalAccount } from "../../local/aws/account-api";
import { type Checksum, type DatabaseWork, checksum, fill } from "../../local/aws/catalog/rds/testing";
import { readCellSettings } from "../../local/start/cell";
import cellProgram from "../../platform";
import { Engine, type OperationResult } from "../../tenants/engine";
import { tenantProgram } from "../../tenants/program";
import { parseTenantSpec } from "../../tenants/spec";
import { SERVING, type TenantState } from "../../tenants/state";
import { ROOT, World } from "../world/world";

const SPEC = parseTenantSpec(
  {
    id: "initech",
    name: "Initech",
    tier: "silo",
    contact: "platform@initech.example",
    cell: "local",
    size: "small",
    database: { engine: "postgres", size: "small" },
  },
  "the test's spec",
);

const EVERYTHING = ["admin", "app", "gateway", "web"];

const GUARDRAILS = [{ path: path.join(ROOT, "policy", "guardrails") }];

const outputs = z.object({
  presence: z.string(),
  keyArn: z.string(),
  namespace: z.string().optional(),
  database: z
    .object({
      endpoint: z.string(),
      port: z.number(),
      name: z.string(),
      username: z.string(),
      secretArn: z.string(),
      finalSnapshot: z.string(),
    })
    .optional(),
});

/** What was exported. */
type Exported = z.output<typeof outputs>;

/** A tenant from service to suspension, through restores, and back from nothing but its key, under the guardrails. */
describe("a tenant's presence", function () {
  this.timeout("3 minutes");
  const world = new World("presence");
  let engine: Engine;
  let account: LocalAccount;
  let made: Exported;
  let rows: Checksum;
  let keyArn: string;

  before(async () => {
    await world.begin();
    engine = new Engine({ environment: { ...process.env, ...world.environment } });
    account = new LocalAccount(world.cloud);
    await engine.up({
      project: "tenantry",
      stack: "local",
      program: cellProgram,
      config: readCellSettings("local"),
      policyPacks: GUARDRAILS,
    });
  });
  after(async () => {
    engine.close();
    await account.close();
    await world.end();
  });

  /** Brings the tenant to a state; the guardrails let it pass, or this throws. */
  async function become(state: TenantState): Promise<OperationResult> {
    const result = await engine.up({
      project: "tenants",
      stack: SPEC.id,
      program: tenantProgram(SPEC, { state }),
      policyPacks: GUARDRAILS,
    });
    // The one that tells and does not stop: a tenant's database is about to go.
    expect(result.violations.map(({ policy }) => policy)).to.deep.equal(
      state.database.deletionProtection === false ? ["database-deletion-protected"] : [],
    );
    made = outputs.parse(
      Object.fromEntries(Object.entries(result.outputs).map(([name, { value }]) => [name, value])),
    );
    return result;
  }

  function database(changes: Partial<TenantState["database"]>, presence = SERVING.presence): TenantState {
    return { presence, database: { ...SERVING.database, ...changes } };
  }

  async function work(): Promise<DatabaseWork> {
    if (made.database === undefined) throw new Error("the tenant has no database");
    const { endpoint: host, port, name, secretArn } = made.database;
    const { username: user, password } = await account.secretValue(secretArn);
    return { host, port, user, password, database: name };
  }

  /** The tenant's workloads that have ready pods; how many is their autoscalers' business. */
  async function running(): Promise<string[]> {
    const jsonpath = '{range .items[?(@.status.readyReplicas)]}{.metadata.name}{"\\n"}{end}';
    const args = ["get", "deployments", "-n", SPEC.id, "-o", `jsonpath=${jsonpath}`];
    return (await world.succeed("kubectl", args)).trim().split("\n").sort();
  }

  async function expectRunning(wanted: readonly string[]): Promise<void> {
    const found = await world.patiently(running, (names) => names.join() === wanted.join());
    expect(found).to.deep.equal(wanted);
  }

  it("serves", async () => {
    await become(SERVING);
    keyArn = made.keyArn;
    rows = await fill(await work(), "kept");
    // Somebody else's field from now on, as it is once an autoscaler has changed it.
    await world.succeed("kubectl", ["scale", "deployment/web", "-n", SPEC.id, "--replicas=2"]);
    await expectRunning(EVERYTHING);
  });

  it("suspends: no pod of its services, and a gateway that is ready", async () => {
    const { changes } = await become({ ...SERVING, presence: "suspended" });
    expect(changes).to.not.have.property("delete");
    expect(made.presence).to.equal("suspended");
    await expectRunning(["gateway"]);
    expect(await checksum(await work())).to.deep.equal(rows);
  });

  it("stays suspended where nobody says what it is to be", async () => {
    const { changed } = await engine.up({
      project: "tenants",
      stack: SPEC.id,
      program: tenantProgram(SPEC),
      policyPacks: GUARDRAILS,
    });
    expect(changed).to.equal(false);
  });

  it("stays suspended, whatever the autoscalers want", async () => {
    const { changed } = await become({ ...SERVING, presence: "suspended" });
    expect(changed).to.equal(false);
    await expectRunning(["gateway"]);
  });

  it("serves again", async () => {
    await become(SERVING);
    await expectRunning(EVERYTHING);
  });

  it("lifts the database's protection, and takes the database away", async () => {
    await become(database({ deletionProtection: false }, "suspended"));
    await become(database({ present: false }, "suspended"));
    expect(made.database).to.equal(undefined);
    expect((await account.listSnapshots()).map(({ kind }) => kind).sort()).to.deep.equal([
      "automated",
      "manual",
    ]);
  });

  it("restores it from the final snapshot, with every row", async () => {
    const snapshot = `local-t-initech-final-${keyArn.split("/")[1]?.slice(0, 8)}`;
    const restored = database({ lifetime: 2, restoreFrom: { snapshot } });
    await become(restored);
    expect(await checksum(await work())).to.deep.equal(rows);
    expect(made.database?.finalSnapshot).to.equal(`${snapshot}-2`);
    await expectRunning(EVERYTHING);
  });

  it("finds nothing to do afterwards, with and without what it was restored from", async () => {
    const snapshot = `local-t-initech-final-${keyArn.split("/")[1]?.slice(0, 8)}`;
    for (const restoreFrom of [{ snapshot }, { snapshot: "another" }, undefined]) {
      expect((await become(database({ lifetime: 2, restoreFrom }))).changed).to.equal(false);
    }
  });

  it("retains the key alone", async () => {
    await become(database({ lifetime: 2, deletionProtection: false }, "suspended"));
    await become({ presence: "retained", database: { present: false, lifetime: 2 } });
    expect(made).to.deep.equal({ presence: "retained", keyArn });
    const { stdout } = await world.kubectl(["get", "namespaces", "-o", "name"]);
    expect(stdout).not.to.contain(SPEC.id);
    const { users } = await world.postgres();
    expect(users).not.to.include("t_initech");
  });

  it("comes back from the key and the last snapshot, with every row", async () => {
    const snapshot = `local-t-initech-final-${keyArn.split("/")[1]?.slice(0, 8)}-2`;
    await become(database({ lifetime: 3, restoreFrom: { snapshot } }));
    expect(made.keyArn).to.equal(keyArn);
    expect(await checksum(await work())).to.deep.equal(rows);
    await expectRunning(EVERYTHING);
  });
});
