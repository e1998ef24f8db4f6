import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Operation, type Tx, changeTenant } from "../../onboarding/registry";
import { Requests } from "../../onboarding/requests";
import { DEFAULT_LIMITS, Lease, OperationQueue, Worker } from "../../onboarding/workflows";
import { WORKFLOW_VERSION, openQueue } from "../../onboarding/workflows/queue";
import { Takeover } from "../../onboarding/workflows/takeover";
import { ORIGIN, specOf } from "./registry-world";
import { StepWorld } from "./step-world";

const TIMES = { look: 50, idle: 2000, stranded: 50 };

/** Whose password is being changed, and how many were at once. */
class Rotations {
  private readonly running = new Map<string, string>();
  most = 0;
  mostOfCell = 0;

  /** Rotates a secret whose ARN is `<cell>/<tenant>`. */
  readonly rotate = async (secretArn: string): Promise<void> => {
    const [cell = ""] = secretArn.split("/");
    this.running.set(secretArn, cell);
    this.most = Math.max(this.most, this.running.size);
    const ofCell = [...this.running.values()].filter((each) => each === cell).length;
    this.mostOfCell = Math.max(this.mostOfCell, ofCell);
    await sleep(500);
    this.running.delete(secretArn);
  };
}

describe("a worker, on a real registry", function () {
  this.timeout(90_000);
  const world = new StepWorld();
  let rotations = new Rotations();
  let lease: Lease;
  let queue: OperationQueue;
  let worker: Worker;

  before(async () => {
    await world.begin();
    await world.fresh(1000);
    lease = await Lease.take(world.url, () => undefined);
    queue = await OperationQueue.open(world.url, world.registry.pool);
    const shop = await world.shop({ rotate: (arn) => rotations.rotate(arn) });
    worker = await Worker.start({ url: world.url, lease, shop: { ...shop, enqueue: queue.enqueue } });
  });
  beforeEach(() => {
    rotations = new Rotations();
    world.lines.length = 0;
  });
  after(async () => {
    await worker.stop();
    await queue.close();
    await lease.release();
    await world.end();
  });

  /** An active tenant in a cell, with a database whose password can be changed. */
  async function tenant(id: string, cell: string): Promise<string> {
    await world.onboarded(id);
    const database = {
      engine: "mysql",
      endpoint: "127.0.0.1",
      port: 3306,
      name: id,
      username: id,
      secretArn: `${cell}/${id}`,
      identifier: id,
    };
    await world.registry.transaction((tx) =>
      changeTenant(tx, id, { spec: specOf(id, { cell }), facts: { database } }),
    );
    return id;
  }

  async function rotate(
    id: string,
    besides: (tx: Tx, operation: Operation) => Promise<void> = () => Promise.resolve(),
  ): Promise<Operation> {
    const requests = new Requests(queue, world.registry.cells);
    return world.registry.transaction(async (tx) => {
      const { operation } = await requests.start(tx, id, "rotate", {}, ORIGIN, { whenBusy: "refuse" });
      await besides(tx, operation);
      return operation;
    });
  }

  async function ended({ id }: Operation): Promise<Operation> {
    for (;;) {
      const operation = await world.registry.operations.find(id);
      if (operation?.endedAt !== undefined) return operation;
      await sleep(50);
    }
  }

  /** An operation whose row of the library's is as a fault would leave it. */
  async function faulty(id: string, set: string): Promise<Operation> {
    await tenant(id, "eu-1");
    return rotate(id, async ({ client }, operation) => {
      await client.query(`update dbos.workflow_status set ${set} where workflow_uuid = $1`, [operation.id]);
    });
  }

  /** Looks for what was left behind until something holds. */
  async function looking(until: () => Promise<boolean>): Promise<void> {
    const shop = await world.shop();
    const takeover = new Takeover(lease, { ...shop, enqueue: queue.enqueue }, { has: () => false }, TIMES);
    takeover.start();
    try {
      while (!(await until())) await sleep(50);
    } finally {
      await takeover.stop();
    }
  }

  it("runs no more operations at once than it may, over all cells", async () => {
    const tenants = [];
    for (const cell of ["eu-1", "eu-2", "us-1"])
      for (const at of [1, 2, 3]) tenants.push(await tenant(`all-${cell}-${at}`, cell));
    const operations = await Promise.all(tenants.map((id) => rotate(id)));
    for (const operation of operations) expect((await ended(operation)).status).to.equal("succeeded");
    expect(rotations.most).to.equal(DEFAULT_LIMITS.perWorker);
  });

  it("runs no more in a cell than all workers may, though it may more itself", async () => {
    await openQueue({ perWorker: 4, perCell: 1 });
    const tenants = [];
    for (const cell of ["eu-1", "eu-2"])
      for (const at of [1, 2, 3]) tenants.push(await tenant(`cell-${cell}-${at}`, cell));
    // The library reads its queues' limits once a second.
    await sleep(2500);
    const operations = await Promise.all(tenants.map((id) => rotate(id)));
    for (const operation of operations) expect((await ended(operation)).status).to.equal("succeeded");
    expect([rotations.most, rotations.mostOfCell]).to.deep.equal([2, 1]);
    await openQueue(DEFAULT_LIMITS);
  });

  it("takes up what it had claimed and not begun", async () => {
    const operation = await faulty("claimed", `status = 'PENDING', executor_id = '${lease.worker}'`);
    await looking(async () => (await world.registry.operations.find(operation.id))?.status === "succeeded");
    expect(world.lines.map(({ message }) => message)).to.include(
      "taking up an operation that this worker had claimed and not begun",
    );
  });

  it("fails a queued operation whose workflow is over, and leaves its tenant as it is", async () => {
    const operation = await faulty("over", "status = 'ERROR'");
    await looking(async () => (await world.registry.operations.find(operation.id))?.status === "failed");
    const { problem } = (await world.registry.operations.find(operation.id)) ?? {};
    expect(problem?.type).to.equal("internal");
    expect((await world.registry.tenants.find("over"))?.phase).to.equal("active");
    expect(world.lines.filter(({ level }) => level === "error")).to.have.length(1);
  });

  it("tells of operations that wait for workers of another version", async () => {
    await faulty("old", "application_version = '0'");
    const told = () => world.lines.find(({ message }) => message.includes("workers of another version"));
    await looking(() => Promise.resolve(told() !== undefined));
    expect(told()).to.deep.include({
      level: "error",
      data: { version: "0", operations: 1, own: WORKFLOW_VERSION },
    });
  });
});
