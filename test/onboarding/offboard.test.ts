import { expect } from "chai";
import { query } from "../../local/aws/catalog/rds/testing";
import { type Tenant, changeTenant } from "../../onboarding/registry";
import { stepsOf } from "../../onboarding/workflows/steps";
import { StepWorld } from "./step-world";

const DATABASE = { urn: "urn:acme-database", type: "aws:rds/instance:Instance", custom: true };

/** A pod of one of the tenant's services that ends. */
const ENDING = { metadata: { name: "web-1" }, spec: { containers: [] } };

describe("an offboarding", function () {
  this.timeout(60_000);
  const world = new StepWorld();

  let count = 0;
  let id: string;

  before(() => world.begin());
  beforeEach(async () => {
    await world.fresh();
    count += 1;
    id = `acme-${count}`;
  });
  after(() => world.end());

  const finalSnapshot = () => `eu-1-t-${id}-final`;
  const stepsUntil = (last: string) => {
    const steps = stepsOf("offboard");
    return steps.slice(0, steps.findIndex(({ name }) => name === last) + 1);
  };

  async function tenant(): Promise<Tenant> {
    const found = await world.registry.tenants.find(id);
    if (found === undefined) throw new Error("the tenant is not there");
    return found;
  }

  async function failed(kind: "restore" | "offboard", steps = stepsOf(kind)): Promise<void> {
    const operation = await world.begun(
      id,
      kind,
      kind === "restore" ? { restore: { snapshot: finalSnapshot() } } : {},
    );
    let message = "nothing failed";
    await world.run(operation, steps).catch((error: Error) => (message = error.message));
    expect(message).to.equal("InstanceQuotaExceeded");
    await world.fails(operation, { type: "quota-exceeded", detail: message });
  }

  it("archives what the services have written until the last of their pods has ended", async () => {
    const { work } = await world.serve(id);
    const write = (word: string) => query(work, `insert into app.note (body) values ('${word}')`);
    world.engine.resources = [DATABASE];
    world.engine.onUp = () => write("while they are scaled down").then(() => ({}));
    let looks = 0;
    world.onKubernetes = async (url) => {
      const selector = new URL(url, "http://localhost").searchParams.get("labelSelector");
      expect(selector).to.equal("app.kubernetes.io/name in (web,app,admin)");
      looks += 1;
      if (looks > 2) return { status: 200, body: { items: [] } };
      await write("while they end");
      return { status: 200, body: { items: [ENDING] } };
    };
    const { archive } = await world.run(await world.begun(id, "offboard"), stepsUntil("archive"));
    expect(archive).to.include({ tables: 1, rows: 503 });
  });

  it("can be undone by a resume where the protection cannot be lifted", async () => {
    await world.serve(id);
    world.engine.resources = [DATABASE];
    let ups = 0;
    world.engine.onUp = () => {
      ups += 1;
      return ups < 2 ? Promise.resolve({}) : Promise.reject(new Error("InstanceQuotaExceeded"));
    };
    await failed("offboard", stepsUntil("lift"));
    const { phase, presence, archive } = await tenant();
    expect([phase, presence]).to.deep.equal(["failed", "suspended"]);
    expect(archive).to.match(new RegExp(`^${id}/op_`));
    expect((await world.begun(id, "resume")).status).to.equal("queued");
  });

  it("retains a tenant again whose restore failed, until the time that it had, with the snapshot that it had", async () => {
    const snapshot = await world.retain(id, 9);
    const { retainedUntil } = await tenant();
    world.engine.onUp = () => Promise.reject(new Error("InstanceQuotaExceeded"));
    await failed(
      "restore",
      stepsOf("restore").filter(({ name }) => name !== "place"),
    );
    const kept = await tenant();
    expect(kept.phase).to.equal("failed");
    expect([kept.presence, kept.finalSnapshot, kept.retainedUntil]).to.deep.equal([
      "retained",
      snapshot,
      retainedUntil,
    ]);
    world.engine.onUp = () => Promise.resolve({});
    const results = await world.run(await world.begun(id, "offboard"), stepsOf("offboard"));
    expect(results["snapshot"]).to.include({ finalSnapshot: snapshot });
    expect((await tenant()).presence).to.equal("retained");
  });

  it("makes no database, and says that it archives none, where a restore took it and made none", async () => {
    const served = await world.serve(id);
    await world.takeDown(served);
    await world.registry.transaction((tx) =>
      changeTenant(tx, id, {
        phase: "failed",
        presence: "suspended",
        restoreFrom: { snapshot: finalSnapshot() },
      }),
    );
    let ups = 0;
    world.engine.onUp = () => {
      ups += 1;
      return Promise.resolve({});
    };
    const results = await world.run(await world.begun(id, "offboard"), stepsOf("offboard"));
    expect(results["archive"]).to.deep.equal({
      skipped: "the tenant has no database: what it had is in its snapshots",
    });
    expect(ups).to.equal(1);
    expect((await tenant()).finalSnapshot).to.equal(served.finalSnapshot);
  });

  for (const kind of ["offboard", "restore"] as const) {
    it(`lifts the protection, and that alone, of a database that a purge has left protected: ${kind}`, async () => {
      await world.serve(id);
      await world.registry.transaction((tx) =>
        changeTenant(tx, id, { phase: "failed", presence: "retained", retainedUntil: new Date() }),
      );
      world.engine.resources = [{ ...DATABASE, inputs: { deletionProtection: true } }];
      const targets: unknown[] = [];
      world.engine.onUp = (request) => {
        targets.push(request.targets);
        return Promise.resolve({});
      };
      const steps = stepsOf(kind).filter(({ name }) => name === "lift");
      await world.run(await world.begun(id, kind), steps);
      expect(targets).to.deep.equal([[DATABASE.urn]]);
      expect((await tenant()).presence).to.equal("retained");
    });
  }

  it("claims no archive where a purge had begun that was forced", async () => {
    await world.serve(id);
    await world.registry.transaction((tx) =>
      changeTenant(tx, id, { phase: "failed", presence: "retained", retainedUntil: new Date() }),
    );
    const steps = stepsOf("offboard").filter(({ name }) => name === "archive");
    const results = await world.run(await world.begun(id, "offboard"), steps);
    expect(results["archive"]).to.deep.equal({
      skipped: "a purge had begun, which writes none: what the tenant had is in its snapshots",
    });
  });

  it("is over once the restore has made the database", async () => {
    await world.retain(id, 9);
    const steps = stepsOf("restore").filter(({ name }) =>
      ["source", "lift", "remove", "bring-back"].includes(name),
    );
    await world.run(await world.begun(id, "restore"), steps);
    const { presence, finalSnapshot: kept, retainedUntil, database } = await tenant();
    expect([presence, kept, retainedUntil]).to.deep.equal(["suspended", undefined, undefined]);
    expect(database).to.deep.equal({ lifetime: 2, restoreFrom: { snapshot: finalSnapshot() } });
  });
});
