import { expect } from "chai";
import { type Operation, changeTenant } from "../../onboarding/registry";
import { judge } from "../../onboarding/failures";
import { applyStep } from "../../onboarding/workflows/steps/apply";
import { archiveStep, retainStep, snapshotStep } from "../../onboarding/workflows/steps/offboard";
import { destroyStep } from "../../onboarding/workflows/steps/purge";
import { bringBackStep, removeStep } from "../../onboarding/workflows/steps/restore";
import { stepsOf } from "../../onboarding/workflows/steps";
import { specOf } from "./registry-world";
import { StepWorld } from "./step-world";

const PROTECTED = {
  urn: "urn:pulumi:acme::tenants::aws:rds/instance:Instance::acme-database",
  type: "aws:rds/instance:Instance",
  custom: true,
  inputs: { deletionProtection: true },
};
const FAILURE = { type: "resource-failed", detail: "AWS refuses it" } as const;

describe("the ways out of a failure, step by step", function () {
  this.timeout(60_000);
  const world = new StepWorld();

  before(() => world.begin());
  beforeEach(() => world.fresh());
  after(() => world.end());

  const tenant = async () => {
    const found = await world.registry.tenants.find("acme");
    if (found === undefined) throw new Error("the tenant is not there");
    return found;
  };
  const put = (change: Parameters<typeof changeTenant>[2]) =>
    world.registry.transaction((tx) => changeTenant(tx, "acme", change));
  const broken = async (operation: Operation) => {
    await world.begins(operation);
    await world.fails(operation, FAILURE);
  };
  /** What an update does after the engine has judged it. */
  const updates = async (change: Record<string, unknown>) => {
    const operation = await world.begun("acme", "update", { spec: specOf("acme", change), patch: change });
    await world.run(
      operation,
      stepsOf("update").filter(({ name }) => name === "apply"),
    );
    await world.finishes(operation);
  };

  const nextOf = async ({ id }: Operation) => (await world.registry.operations.find(id))?.problem?.next;
  const QUOTA = judge(new Error("QuotaExceeded")).problem;

  it("is told by the command that works: a retry where it never was active, a repair where it was", async () => {
    const onboarding = await world.onboard("acme");
    await world.begins(onboarding);
    await world.fails(onboarding, QUOTA);
    expect(await nextOf(onboarding)).to.contain("then 'tenantry retry acme', which goes on");
    expect((await world.begun("acme", "onboard")).kind).to.equal("onboard");
  });

  for (const [kind, verb] of [
    ["update", "repair"],
    ["restore", "repair"],
    ["offboard", "offboard"],
    ["refresh", "refresh"],
  ] as const) {
    it(`is told by the command that works after ${kind}: ${verb}`, async () => {
      await world.onboarded("acme");
      const operation = await world.begun("acme", kind, {
        spec: specOf("acme"),
        restore: { snapshot: "eu-1-t-acme-1" },
      });
      await world.fails(operation, QUOTA);
      expect(await nextOf(operation)).to.contain(`'tenantry ${verb} acme'`);
    });
  }

  it("an update makes a tenant active whose onboarding failed, and has the changed spec", async () => {
    await broken(await world.onboard("acme"));
    await updates({ size: "medium" });
    const spec = specOf("acme", { size: "medium" });
    expect(await tenant()).to.deep.include({ phase: "active", onceActive: true, spec });
    const { items } = await world.registry.events.list({ tenantId: "acme", type: "tenant.active", limit: 9 });
    expect(items).to.have.length(1);
  });

  it("an update lets no suspended tenant serve whose suspension failed", async () => {
    await world.onboarded("acme");
    const suspension = await world.begun("acme", "suspend");
    world.engine.onUp = () => Promise.reject(new Error(FAILURE.detail));
    await world.run(suspension, [applyStep("suspend", "suspended")]).catch(() => undefined);
    await world.fails(suspension, FAILURE);
    world.engine.onUp = () => Promise.resolve({});
    await updates({ size: "medium" });
    expect(await tenant()).to.deep.include({ phase: "suspended", presence: "suspended" });
  });

  describe("of an offboarding that failed after its database was gone", () => {
    let snapshot: string;

    beforeEach(async () => {
      snapshot = await world.retain("acme", -1);
      await put({ phase: "failed" });
    });

    it("another ends it, though there is no database to export", async () => {
      const { archive, facts } = await tenant();
      const operation = await world.begun("acme", "offboard", { retentionDays: 7 });
      const results = await world.run(operation, [archiveStep, retainStep, snapshotStep]);
      await world.finishes(operation);
      expect(results["archive"]).to.deep.equal({ skipped: "an earlier offboarding has written it", archive });
      expect(results["snapshot"]).to.deep.include({ finalSnapshot: snapshot });
      expect(await tenant()).to.deep.include({ phase: "retained", archive, finalSnapshot: snapshot });
      expect((await tenant()).facts.database).to.deep.equal(facts.database);
    });

    it("a restore first takes away a database that is still there", async () => {
      const operation = await world.begun("acme", "restore");
      const asked: string[] = [];
      const source = { restoreFrom: { snapshot }, lifetime: 2 };
      for (const step of [removeStep, bringBackStep]) {
        world.engine.onUp = () => Promise.resolve(void asked.push(step.name)).then(() => ({}));
        await step.run(await world.jobOf(operation, { source }));
      }
      expect(asked).to.deep.equal(["remove", "bring-back"]);
    });
  });

  it("of a quarantine, a retained tenant is brought back by a restore, and rests", async () => {
    const snapshot = await world.retain("acme", 7);
    await put({ quarantine: "it was open" });
    const operation = await world.begun("acme", "restore");
    const source = { restoreFrom: { snapshot }, lifetime: 2 };
    for (const step of stepsOf("restore").filter(({ name }) => name === "bring-back" || name === "serve")) {
      await step.run(await world.jobOf(operation, { source }));
    }
    await world.finishes(operation);
    expect(await tenant()).to.deep.include({
      phase: "suspended",
      presence: "suspended",
      quarantine: "it was open",
    });
  });

  it("of a purge that had begun to delete, nothing but what serves nobody", async () => {
    await world.onboarded("acme");
    const operation = await world.begun("acme", "offboard");
    await world.fails(operation, FAILURE);
    const purge = await world.begun("acme", "purge", { force: true });
    world.engine.resources = [PROTECTED];
    world.engine.onUp = () => Promise.reject(new Error(FAILURE.detail));
    await world.run(purge, [destroyStep]).catch(() => undefined);
    await world.fails(purge, FAILURE);
    expect(await tenant()).to.deep.include({ phase: "failed", presence: "retained" });
    const again = await world.begun("acme", "purge");
    expect((await world.registry.operations.find(again.id))?.status).to.equal("running");
  });
});
