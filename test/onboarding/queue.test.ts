import { DBOSClient } from "@dbos-inc/dbos-sdk";
import { expect } from "chai";
import type { Operation } from "../../onboarding/registry";
import { OperationQueue } from "../../onboarding/workflows";
import { RegistryWorld } from "./registry-world";

describe("the workers' queue, on a real PostgreSQL", function () {
  this.timeout(60_000);
  const world = new RegistryWorld();
  let queue: OperationQueue;
  let client: DBOSClient;
  let operation: Operation;

  before(async () => {
    await world.begin();
    await world.fresh();
    queue = await OperationQueue.open(world.url, world.registry.pool);
    client = await DBOSClient.create({ systemDatabaseUrl: world.url, applicationName: "tenantry" });
  });
  beforeEach(async () => {
    operation = await world.onboard(`acme-${world.queue.length}`);
    await enqueue(7);
  });
  after(async () => {
    await client.destroy();
    await queue.close();
    await world.end();
  });

  const enqueue = (priority: number) =>
    world.registry.transaction((tx) => queue.enqueue(tx, operation, priority));
  const withdraw = () => world.registry.transaction((tx) => queue.withdraw(tx, operation));
  const waiting = async () => {
    const workflows = await client.listWorkflows({ workflowIDs: [operation.id] });
    return workflows.map(({ status, priority, queueName, queuePartitionKey, input }) => ({
      status,
      priority,
      queueName,
      queuePartitionKey,
      input,
    }));
  };
  const place = (priority: number) => ({
    status: "ENQUEUED",
    priority,
    queueName: "operations",
    queuePartitionKey: "eu-1",
    input: [operation.id],
  });

  it("has what was put into it", async () => {
    expect(await waiting()).to.deep.equal([place(7)]);
  });

  it("gives an operation back, and takes it again", async () => {
    expect(await withdraw()).to.equal(true);
    expect(await waiting()).to.deep.equal([]);
    await enqueue(3);
    expect(await waiting()).to.deep.equal([place(3)]);
  });

  it("keeps an operation where the transaction that took it back is undone", async () => {
    const undone = world.registry.transaction(async (tx) => {
      await queue.withdraw(tx, operation);
      throw new Error("undone");
    });
    await undone.catch(() => undefined);
    expect(await waiting()).to.deep.equal([place(7)]);
  });

  it("does not give back what a worker has", async () => {
    const taken = "update dbos.workflow_status set status = 'PENDING' where workflow_uuid = $1";
    await world.registry.pool.query(taken, [operation.id]);
    expect(await withdraw()).to.equal(false);
    expect(await waiting()).to.deep.equal([{ ...place(7), status: "PENDING" }]);
  });
});
