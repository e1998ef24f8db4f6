import { expect } from "chai";
import type { Accepted } from "../../onboarding/client";
import { type Checksum, checksum, fill, query } from "../../local/aws/catalog/rds/testing";
import { expectEventsRight, expectNoOrphans } from "../world/service-invariants";
import { ServiceWorld, operationOf, specOf } from "../world/service-world";

const TENANT = "initech";

/** The only worker is killed in every step of every change of a tenant's life; another goes on each time. */
describe("a worker that is killed in a step", function () {
  this.timeout("10 minutes");
  const service = new ServiceWorld("kills");
  let rows: Checksum;

  before(() => service.begin());
  after(() => service.end());

  const CHANGES: readonly (readonly [string, readonly string[], () => Promise<Accepted>])[] = [
    ["onboard", ["place", "provision", "verify"], () => service.client.onboard(specOf(TENANT))],
    [
      "update",
      ["judge", "apply", "verify"],
      async () => {
        const { etag = "" } = await service.client.tenant(TENANT);
        return service.client.update(TENANT, { size: "medium" }, { etag });
      },
    ],
    ["rotate", ["rotate"], () => service.client.rotate(TENANT)],
    ["refresh", ["refresh"], () => service.client.refresh(TENANT)],
    ["repair", ["repair", "verify"], () => service.client.repair(TENANT)],
    [
      "restore to a time",
      ["place", "source", "lift", "remove", "bring-back", "serve", "verify"],
      async () => {
        const instance = (await service.registry.tenants.find(TENANT))?.facts.database?.identifier ?? "";
        const { createdAt } = await service.account.backup(instance);
        await query(await service.database(TENANT), "delete from app.note where id % 2 = 0");
        return service.client.restore(TENANT, { restore: { time: createdAt.toISOString() } });
      },
    ],
    ["suspend", ["suspend"], () => service.client.suspend(TENANT)],
    ["resume", ["place", "resume", "verify"], () => service.client.resume(TENANT)],
    ["offboard", ["rest", "archive", "lift", "retain", "snapshot"], () => service.client.offboard(TENANT)],
    ["restore", ["place", "source", "bring-back", "serve", "verify"], () => service.client.restore(TENANT)],
    [
      "purge",
      ["inventory", "destroy", "erase", "certify"],
      async () => {
        await service.succeeded(service.client.offboard(TENANT, { retentionDays: 0 }));
        return service.client.purge(TENANT);
      },
    ],
  ];

  for (const [kind, steps, ask] of CHANGES) {
    it(`leaves ${kind} to the next, in ${steps.join(", ")}`, async () => {
      let worker = await service.startWorker();
      const operation = operationOf(await ask());
      for (const step of steps) {
        await service.stepBegun(operation.id, step);
        await service.kill(worker);
        worker = await service.startWorker();
      }
      const { status } = await service.ended(operation.id);
      expect(status).to.equal("succeeded");
      if (kind === "onboard") rows = await fill(await service.database(TENANT), "first");
      else if (kind !== "purge" && kind !== "offboard")
        expect(await checksum(await service.database(TENANT))).to.deep.equal(rows);
      await service.kill(worker);
    });
  }

  it("leaves nothing that no stack knows, and tells of everything once", async () => {
    await service.startWorker();
    await expectNoOrphans(service);
    await expectEventsRight(service, TENANT);
  });
});
