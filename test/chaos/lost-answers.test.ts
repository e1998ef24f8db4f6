import { setTimeout as sleep } from "node:timers/promises";
import type { Operation } from "../../onboarding/client";
import { expectEventsRight, expectNoOrphans } from "../world/service-invariants";
import { ServiceWorld, operationOf, specOf } from "../world/service-world";

const TENANT = "initech";

/** What a tenant has of AWS, by the way in which it is found again. */
const TYPES = [
  // Found by a question to AWS, as only AWS knows its id.
  "aws:kms/key:Key",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  // Named by AWS as it refuses a second one.
  "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  // Found by its name.
  "aws:iam/role:Role",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:rds/instance:Instance",
] as const;

const UNANSWERED = {
  operation: "create",
  moment: "after",
  code: "InternalFailure",
  status: 500,
  message: "injected",
  probability: 1,
  remaining: null,
} as const;

/** AWS makes what it was asked for, and who asked is killed with all it started before it hears so. */
describe("an answer of AWS that is lost with who waited for it", function () {
  this.timeout("10 minutes");
  const service = new ServiceWorld("lost");

  before(() => service.begin());
  after(() => service.end());

  /** How many of a type the account has for the tenant. */
  const countOf = async (type: string): Promise<number> =>
    (await service.tables.resources.everywhere(type, { tagsAll: { "tenant-id": TENANT } })).length;

  async function missing(): Promise<string[]> {
    const counts = await Promise.all(TYPES.map(countOf));
    return TYPES.filter((_, index) => counts[index] === 0);
  }

  it("makes nothing twice, whatever it was an answer about, and asks no person", async () => {
    let operation: Operation | undefined;
    for (let types = await missing(); types.length > 0; types = await missing()) {
      // The provider goes on asking, so that it has no answer when it is killed.
      for (const type of types) await service.tables.settings.addFault({ ...UNANSWERED, type });
      const worker = await service.startWorker();
      // A worker has to have seen the cell.
      operation ??= operationOf(await service.client.onboard(specOf(TENANT)));
      while ((await missing()).length === types.length) await sleep(10);
      // What is made at the same time is to be lost, too.
      await sleep(1_000);
      await service.kill(worker, "group");
      await service.tables.settings.removeFaults();
    }
    await service.startWorker();
    await service.succeeded(operation?.id ?? "");
    await expectNoOrphans(service);
    await expectEventsRight(service, TENANT);
  });

  it("leaves nothing of a tenant that is purged", async () => {
    await service.succeeded(service.client.offboard(TENANT, { retentionDays: 0 }));
    await service.succeeded(service.client.purge(TENANT));
    await expectNoOrphans(service);
  });
});
