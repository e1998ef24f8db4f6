import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type EventBus, EventBusPublisher } from "../../onboarding/events";
import type { Registry, TenantEvent } from "../../onboarding/registry";
import { type TestRegistry, startTestRegistry } from "./testing";

/** A bus that keeps what it takes, and fails as it is told. */
class FakeBus implements EventBus {
  readonly batches: string[][] = [];
  /** Called before a batch is taken. */
  before: (batch: number) => Promise<void> = () => Promise.resolve();
  /** Called after it is taken. */
  after: (batch: number) => Promise<void> = () => Promise.resolve();

  get ids(): string[] {
    return this.batches.flat();
  }

  async publish(events: readonly TenantEvent[]): Promise<void> {
    const batch = this.batches.length;
    await this.before(batch);
    this.batches.push(events.map(({ id }) => id));
    await this.after(batch);
  }
}

describe("the publisher of events", function () {
  this.timeout(60_000);
  let test: TestRegistry;
  let bus: FakeBus;
  const publishers: EventBusPublisher[] = [];
  before(async () => (test = await startTestRegistry()));
  after(() => test.stop());
  beforeEach(async () => {
    await test.registry.pool.query("truncate tenantry.events, tenantry.sinks cascade");
    bus = new FakeBus();
  });
  afterEach(() => Promise.all(publishers.splice(0).map((publisher) => publisher.stop())));

  function start(registry: Registry = test.registry, name = "bus"): EventBusPublisher {
    const log = { warn: () => undefined };
    const publisher = new EventBusPublisher({ sinks: registry.sinks, bus, name, log, pollMs: 10 });
    publishers.push(publisher);
    publisher.start();
    return publisher;
  }

  async function until(isSo: () => boolean): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!isSo()) {
      if (Date.now() > deadline) throw new Error(`published so far: ${bus.ids.join(", ")}`);
      await sleep(10);
    }
  }

  const upTo = (count: number) => Array.from({ length: count }, (_, index) => `acme:${index + 1}`);

  it("publishes all events in order, ten at a time", async () => {
    await test.addEvents("acme", 23);
    start();
    await until(() => bus.ids.length === 23);
    expect(bus.ids).to.deep.equal(upTo(23));
    expect(bus.batches.map(({ length }) => length)).to.deep.equal([10, 10, 3]);
  });

  it("publishes what comes later, and nothing twice", async () => {
    await test.addEvents("acme", 2);
    start();
    await until(() => bus.ids.length === 2);
    await test.addEvents("acme", 2);
    await until(() => bus.ids.length === 4);
    await sleep(50);
    expect(bus.ids).to.deep.equal(upTo(4));
  });

  it("goes on in order where the bus refuses half-way", async () => {
    await test.addEvents("acme", 25);
    let refusals = 3;
    bus.before = (batch) =>
      batch === 1 && refusals-- > 0 ? Promise.reject(new Error("refused")) : Promise.resolve();
    start();
    await until(() => bus.ids.length === 25);
    expect(bus.ids).to.deep.equal(upTo(25));
    expect(refusals).to.equal(-1);
  });

  it("publishes again what was taken but not written down, after a restart", async () => {
    await test.addEvents("acme", 15);
    bus.after = (batch) => (batch === 1 ? Promise.reject(new Error("killed")) : Promise.resolve());
    const first = start();
    await until(() => bus.batches.length === 2);
    await first.stop();
    bus.after = () => Promise.resolve();
    start(await test.open());
    await until(() => bus.batches.length === 3);
    expect(bus.batches[2]).to.deep.equal(bus.batches[1]);
    expect(bus.batches.slice(0, 2).flat()).to.deep.equal(upTo(15));
  });

  it("is one at a time, however many run", async () => {
    await test.addEvents("acme", 40);
    let atOnce = 0;
    let most = 0;
    bus.before = async () => {
      most = Math.max(most, ++atOnce);
      await sleep(20);
      atOnce -= 1;
    };
    const others = await Promise.all([test.open(), test.open()]);
    for (const registry of [test.registry, ...others]) start(registry);
    await until(() => bus.ids.length === 40);
    expect(bus.ids).to.deep.equal(upTo(40));
    expect(most).to.equal(1);
  });

  it("keeps the place of each bus by itself", async () => {
    await test.addEvents("acme", 3);
    const first = start();
    await until(() => bus.ids.length === 3);
    await first.stop();
    start(test.registry, "other");
    await until(() => bus.ids.length === 6);
    expect(bus.ids).to.deep.equal([...upTo(3), ...upTo(3)]);
  });
});
