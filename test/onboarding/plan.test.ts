import { Readable } from "node:stream";
import { expect } from "chai";
import { z } from "zod";
import { record } from "../../components/testing/record";
import type { OperationKind } from "../../onboarding/lifecycle";
import type { OperationInput } from "../../onboarding/registry";
import { stackOf, stateOf } from "../../onboarding/workflows/stack";
import { stepsOf } from "../../onboarding/workflows/steps";
import { planStep } from "../../onboarding/workflows/steps/plan";
import type { OperationResult, ProgramRequest, ResourceStep } from "../../tenants/engine";
import { tenantProgram } from "../../tenants/program";
import { failureOf } from "./refusal";
import { ORIGIN, specOf } from "./registry-world";
import { CELL, StepWorld } from "./step-world";

const KEY = "aws:kms/key:Key";
const INSTANCE = "aws:rds/instance:Instance";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const TOLD = [KEY, INSTANCE, DEPLOYMENT];

/** Inputs whose change is none to the engine: `ignoreChanges` of the database. */
const OF_CREATION = ["snapshotIdentifier", "restoreToPointInTime", "dbName", "username", "allocatedStorage"];

const names = z.array(z.object({ type: z.string(), name: z.string() })).default([]);
const planSchema = z.object({
  create: names,
  update: names,
  replace: names,
  delete: names,
  changes: z.record(z.string(), z.number()).optional(),
  note: z.string().optional(),
  cost: z.object({ usdAMonth: z.number(), changeUsdAMonth: z.number() }),
});

/** What a program makes of the types that are told, and out of what, by their URNs. */
async function madeBy({ program }: Pick<ProgramRequest, "program">): Promise<Map<string, string>> {
  const { resources } = await record(
    async () => void (await program()),
    ({ type }) => {
      if (type === "pulumi:pulumi:StackReference") return { outputs: CELL };
      if (type === KEY) return { arn: "arn:key", keyId: "1a2b3c4d-0000" };
      return type === INSTANCE ? { masterUserSecrets: [{ secretArn: "arn:secret" }] } : {};
    },
    (_, inputs) => ({ outputs: JSON.stringify(inputs).includes("/tenants/") ? {} : CELL }),
  );
  return new Map(
    resources
      .filter(({ type }) => TOLD.includes(type))
      .map(({ type, name, inputs }) => {
        const kept = Object.entries(inputs).filter(([key]) => !OF_CREATION.includes(key));
        return [`${type}::${name}`, JSON.stringify(kept)] as const;
      }),
  );
}

describe("a plan", function () {
  this.timeout(60_000);
  const world = new StepWorld();
  let count = 0;
  let id: string;
  let snapshot: string;

  /** What the stack has. */
  let there = new Map<string, string>();

  before(() => world.begin());
  beforeEach(async () => {
    await world.fresh();
    count += 1;
    id = `acme-${count}`;
    snapshot = `eu-1-t-${id}-final`;
    there = new Map();
    world.engine.onUp = async (request) => {
      there = await madeBy(request);
      world.engine.resources = [...there.keys()].map((urn) => {
        const [type = ""] = urn.split("::");
        return { urn, type, custom: true, id: `id of ${urn}` };
      });
      return {};
    };
    world.engine.onPreview = foresee;
  });
  after(() => world.end());

  /** What the engine would say: it compares what the program makes with what is there. */
  async function foresee(request: ProgramRequest): Promise<Partial<OperationResult>> {
    const made = await madeBy(request);
    const step = (urn: string, operation: ResourceStep["operation"]): ResourceStep => {
      const [type = "", name = ""] = urn.split("::");
      return { urn, type, name, operation, outcome: "planned", changed: [] };
    };
    const steps = [
      ...[...made].map(([urn, inputs]) => {
        const before = there.get(urn);
        return step(urn, before === undefined ? "create" : before === inputs ? "same" : "update");
      }),
      ...[...there.keys()].filter((urn) => !made.has(urn)).map((urn) => step(urn, "delete")),
    ];
    const changes: Partial<Record<ResourceStep["operation"], number>> = {};
    for (const { operation } of steps) changes[operation] = (changes[operation] ?? 0) + 1;
    return { steps, changes };
  }

  /** Brings the stack to what the tenant's row says. */
  async function isUp(): Promise<void> {
    const tenant = await world.registry.tenants.find(id);
    if (tenant === undefined) throw new Error("the tenant is not there");
    const program = tenantProgram(tenant.spec, { state: stateOf(tenant) });
    await world.engine.up({ ...stackOf(id), program });
  }

  async function planOf(kind: OperationKind, input: OperationInput = {}) {
    const operation = await world.begun(id, "plan", { ...input, planned: kind });
    const { plan } = await world.run(operation, stepsOf("plan"));
    return planSchema.parse(plan);
  }

  const typesOf = (list: z.infer<typeof names>) => list.map(({ type }) => type).sort();

  it("of a restore says that the database of a tenant that serves is replaced, and no more", async () => {
    const served = await world.serve(id);
    await isUp();
    await world.takeDown(served);
    const plan = await planOf("restore", { restore: { snapshot } });
    expect(typesOf(plan.replace)).to.deep.equal([INSTANCE]);
    expect([plan.create, plan.update, plan.delete]).to.deep.equal([[], [], []]);
    expect(plan.changes).to.deep.equal({ same: there.size - 1, update: 0, replace: 1 });
    expect(plan.note).to.equal(
      `the database is made from snapshot '${snapshot}'; the present one is deleted, and what it holds is kept in a final snapshot`,
    );
    expect(plan.cost.changeUsdAMonth).to.equal(0);
  });

  it("of a restore of a retained tenant says that its database and its services are made from the final snapshot", async () => {
    await world.retain(id, 9);
    await isUp();
    const plan = await planOf("restore");
    expect(typesOf(plan.create)).to.include(INSTANCE).and.include(DEPLOYMENT).and.not.include(KEY);
    expect([plan.replace, plan.delete]).to.deep.equal([[], []]);
    expect(plan.note).to.equal(`the database is made from snapshot '${snapshot}'`);
    expect(plan.cost.changeUsdAMonth).to.be.greaterThan(0);
  });

  it("of a restore fails as the restore would where the snapshot is not there", async () => {
    await world.serve(id);
    await isUp();
    const input = { restore: { snapshot: "nightly" } };
    const operation = await world.begun(id, "plan", { ...input, planned: "restore" });
    const { type, detail } = await world.problemOf(operation, stepsOf("plan"));
    expect([type, detail]).to.deep.equal(["snapshot-missing", "snapshot 'nightly' is not there"]);
  });

  it("of a purge lists what the certificate of deletion would", async () => {
    await world.retain(id, -1);
    await world.account.putArchive(`${id}/op_1.tar.gz`, Readable.from(["rows"]));
    world.engine.resources = [{ urn: "urn:key", type: KEY, id: "0f0e", custom: true }];
    const plan = await planOf("purge");
    expect(plan.delete).to.deep.equal([
      { type: KEY, name: "0f0e" },
      { type: "RDS snapshot", name: snapshot },
      { type: "archive", name: `${id}/op_1.tar.gz` },
    ]);
    expect(plan.changes).to.deep.equal({ delete: 3 });
    expect(plan.cost).to.deep.equal({ usdAMonth: 0, changeUsdAMonth: -1 });
    expect(await world.snapshots()).to.deep.equal([snapshot]);
  });

  it("of an offboarding says what is kept, and for how long", async () => {
    await world.serve(id);
    await isUp();
    const plan = await planOf("offboard", { retentionDays: 90 });
    expect(typesOf(plan.delete)).to.include(INSTANCE).and.not.include(KEY);
    expect(plan.note).to.equal(
      "what the database holds is kept in a final snapshot and a signed archive, for 90 days at least",
    );
  });

  it("of a tenant that is not there leaves no stack that a killed run of it has made, whatever comes of it", async () => {
    await world.onboarded(id);
    const newcomer = `newcomer-${count}`;
    const { tenant, operation } = await world.registry.transaction((tx) =>
      world.requests.start(tx, newcomer, "plan", { planned: "onboard", spec: specOf(newcomer) }, ORIGIN, {
        whenBusy: "refuse",
      }),
    );
    const job = await world.jobOf(await world.begun(id, "plan", { planned: "repair" }));
    await planStep.run(job);
    expect(world.engine.removed).to.deep.equal([]);
    await planStep.run({ ...job, tenant, operation });
    world.engine.onPreview = () => Promise.reject(new Error("a policy is against it"));
    await failureOf(planStep.run({ ...job, tenant, operation }));
    expect(world.engine.removed).to.deep.equal([newcomer, newcomer]);
  });

  for (const kind of ["rotate", "refresh"] as const) {
    it(`of a ${kind} names no resource, whatever the program would change`, async () => {
      await world.serve(id);
      world.engine.onPreview = () => expect.fail("the stack was previewed");
      const plan = await planOf(kind);
      expect(plan.note).to.be.a("string");
      expect([plan.create, plan.update, plan.replace, plan.delete]).to.deep.equal([[], [], [], []]);
    });
  }
});
