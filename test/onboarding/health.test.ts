import { expect } from "chai";
import { readHealth } from "../../onboarding/service/health";
import { RegistryWorld } from "./registry-world";

describe("what readiness is told, of a real registry", () => {
  const world = new RegistryWorld();

  before(() => world.begin());
  beforeEach(() => world.fresh());
  after(() => world.end());

  const faults = async () => (await readHealth(world.registry)).filter(({ ok }) => !ok);
  const checkedAgo = (seconds: number) =>
    world.registry.pool.query("update tenantry.cells set checked_at = now() - $1 * interval '1 s'", [
      seconds,
    ]);
  const NO_WORKER = { name: "engine", ok: false, detail: "no worker has looked at a cell lately" };
  const NO_CELL = { name: "cell", ok: false, detail: "no cell's Kubernetes API answers" };

  it("is that all is there where a worker has just seen a cell", async () => {
    expect(await readHealth(world.registry)).to.deep.equal(
      ["database", "engine", "cell"].map((name) => ({ name, ok: true })),
    );
  });

  it("misses the engine where no worker has looked for two minutes", async () => {
    await checkedAgo(110);
    expect(await faults()).to.deep.equal([]);
    await checkedAgo(130);
    expect(await faults()).to.deep.equal([NO_WORKER]);
  });

  it("misses the cell where the one there is does not answer, and not where another does", async () => {
    await world.registry.cells.recordAway("eu-1");
    expect(await faults()).to.deep.equal([NO_CELL]);
    const other = { name: "eu-2", environment: "test", region: "eu-west-1", domain: "eu-2.example.com" };
    await world.registry.cells.record({ ...other, capacity: 1, ready: true });
    expect(await faults()).to.deep.equal([]);
  });

  it("misses both where there is no cell yet", async () => {
    await world.registry.pool.query("delete from tenantry.cells");
    expect(await faults()).to.deep.equal([NO_WORKER, NO_CELL]);
  });

  it("is the database's fault alone where that does not answer", async () => {
    const reason = "connect ECONNREFUSED";
    const { cells } = world.registry;
    const gone = { cells, ping: () => Promise.reject(new Error(reason)) };
    expect(await readHealth(gone)).to.deep.equal([{ name: "database", ok: false, detail: reason }]);
  });
});
