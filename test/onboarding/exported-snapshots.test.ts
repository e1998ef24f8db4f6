import { expect } from "chai";
import { z } from "zod";
import { certifyStep, eraseStep } from "../../onboarding/workflows/steps/purge";
import { sourceStep } from "../../onboarding/workflows/steps/restore";
import { StepWorld } from "./step-world";

const deletedSchema = z.array(z.object({ what: z.string(), id: z.string() }));
const certificateSchema = z.object({ certificate: z.object({ deleted: deletedSchema }) });

describe("a retained tenant whose final snapshot was exported", function () {
  this.timeout(60_000);
  const world = new StepWorld();
  let snapshot: string;

  before(() => world.begin());
  beforeEach(async () => {
    await world.fresh();
    snapshot = await world.retain("acme", -1);
  });
  after(() => world.end());

  const looks = async (count: number) => {
    for (let look = 0; look < count; look += 1) await world.watch(1).look();
  };

  it("is restored from the snapshot while the export is under way", async () => {
    await looks(1);
    const { restoreFrom } = await sourceStep.run(await world.jobOf(await world.begun("acme", "restore")));
    expect(restoreFrom).to.deep.equal({ snapshot });
  });

  for (const [how, input] of [
    ["by default", () => ({})],
    ["by its name", () => ({ restore: { snapshot } })],
  ] as const) {
    it(`is told where the export is when the snapshot is asked for ${how}`, async () => {
      await looks(2);
      const problem = await world.problemOf(await world.begun("acme", "restore", input()), [sourceStep]);
      const [{ location = "" } = {}] = (await world.registry.tenants.find("acme"))?.snapshotExports ?? [];
      expect(problem.type).to.equal("snapshot-missing");
      expect(problem.detail).to.contain(snapshot).and.contain(location);
      expect(problem.next).to.contain("Parquet").and.contain("acme/op_1.tar.gz");
      expect(problem.extensions).to.deep.equal({ location, archive: "acme/op_1.tar.gz" });
    });
  }

  it("is not told to start anew where it serves: what a restore has left is one of its snapshots", async () => {
    await world.restored("globex");
    await looks(4);
    const replaced = "eu-1-t-globex-final";
    const restore = await world.begun("globex", "restore", { restore: { snapshot: replaced } });
    const { detail, next } = await world.problemOf(restore, [sourceStep]);
    expect(detail).to.contain(`snapshot '${replaced}' of tenant 'globex' was exported to`);
    expect(next).to.equal(
      "RDS cannot restore an export, whose files are Parquet: restore another snapshot or a time, or load the export into the tenant's database; nothing was changed",
    );
  });

  it("is told so, too, while the snapshot still waits to be deleted", async () => {
    await looks(1);
    await world.watch(1, { deleteSnapshot: () => Promise.reject(new Error("not now")) }).look();
    expect(await world.snapshots()).to.deep.equal([snapshot]);
    const { detail } = await world.problemOf(await world.begun("acme", "restore"), [sourceStep]);
    expect(detail).to.contain("was exported to");
  });

  for (const [how, count] of [
    ["complete", 2],
    ["under way", 1],
  ] as const) {
    it(`loses the export with a purge, whose certificate lists it: ${how}`, async () => {
      await looks(count);
      expect(await world.account.listArchives("acme/snapshots/")).not.to.deep.equal([]);
      const operation = await world.begun("acme", "purge");
      const results = await world.run(operation, [eraseStep, certifyStep]);
      const { certificate } = certificateSchema.parse(results["certify"]);
      const listed = certificate.deleted.map(({ what, id }) => [what, id]);
      expect(listed).to.deep.include(["snapshot export", `acme/snapshots/${snapshot}`]);
      expect(listed.filter(([what]) => what === "RDS snapshot")).to.have.length(count === 2 ? 0 : 1);
      expect(await world.account.listArchives("acme/")).to.deep.equal([]);
      expect(await world.snapshots()).to.deep.equal([]);
      expect((await world.registry.tenants.find("acme"))?.snapshotExports).to.deep.equal([]);
    });
  }
});
