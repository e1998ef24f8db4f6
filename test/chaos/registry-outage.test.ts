import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { instancePaths } from "../../local/paths";
import { supervisedWorker } from "../../local/onboarding";
import { startPostgres, stopPostgres } from "../../local/postgres";
import { ServiceWorld, operationOf, specOf, stackOf } from "../world/service-world";

/** How long the database is away, milliseconds. */
const AWAY_MS = 2_000;

describe("PostgreSQL gone and back", function () {
  this.timeout("3 minutes");
  const service = new ServiceWorld("outage");
  const { postgres } = instancePaths("outage");

  before(async () => {
    await service.begin();
  });
  after(async () => {
    await service.end();
  });

  it("an operation that was under way ends right, without anybody's doing", async () => {
    await service.tables.settings.set({ latencyFactor: 0.02 });
    const worker = await service.startWorker({}, supervisedWorker("outage"));
    const { id } = operationOf(await service.client.onboard(specOf("initech")));
    await service.stepBegun(id, "provision");
    await sleep(1_000);
    await stopPostgres(postgres);
    await sleep(AWAY_MS);
    await startPostgres({ directory: postgres });
    await service.succeeded(id);
    expect((await service.client.tenant("initech")).tenant.phase).to.equal("active");
    expect(worker.log.match(/"worker started"/g), "starts of a worker").to.have.length.greaterThan(1);
    const { deployment } = await service.engine.export(stackOf("initech"));
    expect(deployment.pending_operations ?? []).to.deep.equal([]);
  });

  it("a supervisor that is asked to end takes its worker with it", async () => {
    const [worker] = service.workers;
    if (worker === undefined) throw new Error("there is no worker");
    service.workers.delete(worker);
    await worker.stop();
    const { rows } = await service.registry.pool.query<{ living: number }>(
      "select count(*)::int as living from tenantry.workers where ended_at is null and seen_at > now() - interval '4 s'",
    );
    expect(rows).to.deep.equal([{ living: 0 }]);
  });
});
