import { expect } from "chai";
import type { Accepted } from "../../onboarding/client";
import type { ServiceProcess } from "../world/service-process";
import { expectEventsRight, expectNoOrphans } from "../world/service-invariants";
import { type ServiceWorld, operationOf, specOf } from "../world/service-world";

/** One operation a worker, so that who does what is plain. */
const ONE_AT_ONCE = { TENANTRY_WORKER_CONCURRENCY: "1" };

/** A second worker shares the queue of the first, and either may be killed. To be described last: it ends all workers. */
export function describeTwoWorkers(service: ServiceWorld): void {
  describe("with two workers", () => {
    const onboarded: string[] = [];
    let first: ServiceProcess;
    let second: ServiceProcess;

    before(async () => {
      await Promise.all([...service.workers].map((worker) => service.kill(worker, "group")));
      first = await service.startWorker(ONE_AT_ONCE);
    });

    const onboard = (ids: readonly string[]): Promise<Accepted[]> => {
      onboarded.push(...ids);
      return Promise.all(ids.map((id) => service.client.onboard(specOf(id))));
    };

    it("the second takes about half of what waits", async () => {
      const requests = await onboard(Array.from({ length: 8 }, (_, index) => `share-${index}`));
      second = await service.startWorker(ONE_AT_ONCE);
      const ids = requests.map((request) => operationOf(request).id);
      const found = await Promise.all(ids.map((id) => service.registry.operations.find(id)));
      // What the first had by then is its own: how much that is depends on how long a worker takes to start.
      const waiting = ids.filter((_, index) => found[index]?.status === "queued");
      expect(waiting.length).to.be.within(3, 7);
      for (const request of requests) await service.succeeded(request);
      const executors = await service.executors();
      const share = (worker: ServiceProcess) =>
        waiting.filter((id) => executors.get(id) === worker.pid).length;
      expect(share(first) + share(second)).to.equal(waiting.length);
      const half = waiting.length / 2;
      expect(share(second), `of ${waiting.length}`).to.be.within(half - 1, half + 1);
    });

    it("either may be killed, and nothing is lost", async () => {
      const requests = await onboard(["spared-1", "spared-2", "spared-3"]);
      for (const [at, worker] of [first, second].entries()) {
        await service.stepBegun(operationOf(requests[at] ?? expect.fail()).id, "provision");
        await service.kill(worker, "group");
        // The last of three: after both were killed somebody has to be there.
        if (at === 0) await service.startWorker(ONE_AT_ONCE);
      }
      for (const request of requests) await service.succeeded(request);
    });

    it("leaves nothing that no stack knows, and has told of everything once", async () => {
      await expectNoOrphans(service);
      for (const tenant of onboarded) await expectEventsRight(service, tenant);
    });
  });
}
