import { expect } from "chai";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { z } from "zod";
import { Signer } from "../../onboarding/archive";
import { CellDirectory } from "../../onboarding/cells";
import { TenantDatabases } from "../../onboarding/databases";
import { ProblemError } from "../../onboarding/lifecycle";
import type { Operation, OperationInput } from "../../onboarding/registry";
import { DEFAULT_LIMITS, type Workshop } from "../../onboarding/workflows";
import type { Job, StepResult } from "../../onboarding/workflows/job";
import { ProgressWriter } from "../../onboarding/workflows/progress";
import { certifyStep, eraseStep } from "../../onboarding/workflows/steps/purge";
import { sourceStep } from "../../onboarding/workflows/steps/restore";
import { begin } from "../../onboarding/workflows/transitions";
import { Engine } from "../../tenants/engine";
import { Sandbox } from "../../tenants/engine/testing/sandbox";
import { ORIGIN } from "./registry-world";
import { RetainedWorld } from "./retained-world";

const deletedSchema = z.array(z.object({ what: z.string(), id: z.string() }));
const certificateSchema = z.object({ certificate: z.object({ deleted: deletedSchema }) });

describe("a retained tenant whose final snapshot was exported", function () {
  this.timeout(60_000);
  const world = new RetainedWorld();
  let sandbox: Sandbox;
  let engine: Engine;
  let signingKey: JWK;
  let snapshot: string;

  before(async () => {
    await world.begin();
    sandbox = new Sandbox();
    engine = new Engine({ environment: sandbox.environment });
    const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    signingKey = { ...(await exportJWK(privateKey)), kid: "test" };
  });
  beforeEach(async () => {
    await world.fresh();
    snapshot = await world.retain("acme", -1);
  });
  after(async () => {
    engine.close();
    sandbox.remove();
    await world.end();
  });

  const looks = async (count: number) => {
    for (let look = 0; look < count; look += 1) await world.watch(1).look();
  };

  async function shop(): Promise<Workshop> {
    const { account, registry } = world;
    return {
      registry,
      engine,
      account,
      cells: new CellDirectory(engine),
      databases: new TenantDatabases(account, { ca: false }),
      signer: await Signer.from(signingKey),
      probes: [],
      policyPacks: [],
      secretsProvider: undefined,
      limits: DEFAULT_LIMITS,
      enqueue: () => Promise.resolve(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    };
  }

  async function requested(kind: "restore" | "purge", input: OperationInput): Promise<Operation> {
    const { operation } = await world.registry.transaction((tx) =>
      world.requests.start(tx, "acme", kind, input, ORIGIN, { whenBusy: "refuse" }),
    );
    await world.registry.transaction((tx) => begin(tx, operation.id, "worker-1"));
    return operation;
  }

  async function jobOf(operation: Operation, results: Record<string, StepResult> = {}): Promise<Job> {
    const tenant = await world.registry.tenants.find("acme");
    if (tenant === undefined) throw new Error("the tenant is not there");
    const progress = new ProgressWriter(world.registry, operation.id, () => undefined);
    return { shop: await shop(), operation, tenant, results, progress, signal: new AbortController().signal };
  }

  const problemOf = async (operation: Operation) => {
    try {
      await sourceStep.run(await jobOf(operation));
    } catch (error) {
      if (error instanceof ProblemError) return error.problem;
      throw error;
    }
    throw new Error("it found its source");
  };

  it("is restored from the snapshot while the export is under way", async () => {
    await looks(1);
    const { restoreFrom } = await sourceStep.run(await jobOf(await requested("restore", {})));
    expect(restoreFrom).to.deep.equal({ snapshot });
  });

  for (const [how, input] of [
    ["by default", () => ({})],
    ["by its name", () => ({ restore: { snapshot } })],
  ] as const) {
    it(`is told where the export is when the snapshot is asked for ${how}`, async () => {
      await looks(2);
      const problem = await problemOf(await requested("restore", input()));
      const [{ location = "" } = {}] = (await world.registry.tenants.find("acme"))?.snapshotExports ?? [];
      expect(problem.type).to.equal("snapshot-missing");
      expect(problem.detail).to.contain(snapshot).and.contain(location);
      expect(problem.next).to.contain("Parquet").and.contain("acme/op_1.tar.gz");
      expect(problem.extensions).to.deep.equal({ location, archive: "acme/op_1.tar.gz" });
    });
  }

  it("is told so, too, while the snapshot still waits to be deleted", async () => {
    await looks(1);
    await world.watch(1, { deleteSnapshot: () => Promise.reject(new Error("not now")) }).look();
    expect(await world.snapshots()).to.deep.equal([snapshot]);
    expect((await problemOf(await requested("restore", {}))).detail).to.contain("was exported to");
  });

  for (const [how, count] of [
    ["complete", 2],
    ["under way", 1],
  ] as const) {
    it(`loses the export with a purge, whose certificate lists it: ${how}`, async () => {
      await looks(count);
      expect(await world.account.listArchives("acme/snapshots/")).not.to.deep.equal([]);
      const operation = await requested("purge", {});
      const erase = await eraseStep.run(await jobOf(operation));
      const results = { inventory: { resources: [] }, destroy: { deletedAt: "now" }, erase };
      const { certificate } = certificateSchema.parse(await certifyStep.run(await jobOf(operation, results)));
      const listed = certificate.deleted.map(({ what, id }) => [what, id]);
      expect(listed).to.deep.include(["snapshot export", `acme/snapshots/${snapshot}`]);
      expect(listed.filter(([what]) => what === "RDS snapshot")).to.have.length(count === 2 ? 0 : 1);
      expect(await world.account.listArchives("acme/")).to.deep.equal([]);
      expect(await world.snapshots()).to.deep.equal([]);
      expect((await world.registry.tenants.find("acme"))?.snapshotExports).to.deep.equal([]);
    });
  }
});
