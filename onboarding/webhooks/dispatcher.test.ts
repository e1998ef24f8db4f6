import { expect } from "chai";
import { RETRY_SECONDS, backoff } from "./backoff";
import { deliver } from "./deliver";
import { type ClaimedDelivery, type DispatcherOptions, WebhookDispatcher } from "./dispatcher";
import { MemoryQueue } from "./testing/memory-queue";
import { LOOPBACK, type Receiver, event, startReceiver, webhook } from "./testing/receiver";

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe("the dispatcher", () => {
  let receiver: Receiver;
  let queue: MemoryQueue;
  /** Answers each request; by default with 200. */
  let status: (eventId: string) => number;
  const running: WebhookDispatcher[] = [];

  const hook = (id = "whk_1") => webhook(`http://127.0.0.1:${receiver.port}/${id}`, id);
  const dispatch = (options: Partial<DispatcherOptions> = {}) => {
    const send = (claimed: ClaimedDelivery) => deliver(claimed, { ...LOOPBACK, timeoutMs: 1000 });
    const dispatcher = new WebhookDispatcher({
      queue,
      send,
      log: QUIET,
      pollMs: 10,
      schedule: soon,
      ...options,
    });
    running.push(dispatcher);
    dispatcher.start();
    return dispatcher;
  };
  const delivered = () => receiver.received.map(({ headers }) => String(headers["tenantry-event-id"]));

  beforeEach(async () => {
    status = () => 200;
    queue = new MemoryQueue();
    receiver = await startReceiver((response, { headers }) =>
      response.writeHead(status(String(headers["tenantry-event-id"]))).end(),
    );
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((dispatcher) => dispatcher.stop()));
    await receiver.close();
  });

  it("delivers a tenant's events in order", async () => {
    for (let sequence = 1; sequence <= 20; sequence += 1) queue.add(hook(), event("acme", sequence));
    dispatch();
    await until(() => queue.entries.every((entry) => entry.status === "delivered"));
    expect(delivered()).to.deep.equal(Array.from({ length: 20 }, (_, index) => `evt_acme_${index + 1}`));
  });

  it("does not wait for its next turn between two events of a tenant", async () => {
    for (let sequence = 1; sequence <= 5; sequence += 1) queue.add(hook(), event("acme", sequence));
    dispatch({ pollMs: 60_000 });
    await until(() => queue.entries.every((entry) => entry.status === "delivered"));
  });

  it("looks at once where it is told that something is due", async () => {
    const dispatcher = dispatch({ pollMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    queue.add(hook(), event("acme", 1));
    dispatcher.wake();
    await until(() => delivered().length === 1);
  });

  it("holds a tenant's later events back while an earlier one waits for its retry, and no other tenant's", async () => {
    let failures = 3;
    status = (id) => (id === "evt_acme_1" && failures-- > 0 ? 503 : 200);
    queue.add(hook(), event("acme", 1));
    queue.add(hook(), event("acme", 2));
    queue.add(hook(), event("globex", 1));
    dispatch({ schedule: (_, now) => new Date(now.getTime() + 60) });
    await until(() => queue.entries.every((entry) => entry.status === "delivered"));
    expect(delivered().filter((id) => id.startsWith("evt_acme"))).to.deep.equal([
      "evt_acme_1",
      "evt_acme_1",
      "evt_acme_1",
      "evt_acme_1",
      "evt_acme_2",
    ]);
    expect(delivered().indexOf("evt_globex_1")).to.be.below(2);
  });

  it("keeps the webhooks of one event apart", async () => {
    queue.add(webhook("http://127.0.0.1:1/", "whk_dead"), event("acme", 1));
    queue.add(webhook("http://127.0.0.1:1/", "whk_dead"), event("acme", 2));
    queue.add(hook(), event("acme", 1));
    queue.add(hook(), event("acme", 2));
    dispatch({ schedule: (_, now) => new Date(now.getTime() + 60_000) });
    await until(() => queue.entries[0]?.attempts === 1 && queue.entries[3]?.status === "delivered");
    expect(queue.entries.map((entry) => entry.status)).to.deep.equal([
      "pending",
      "pending",
      "delivered",
      "delivered",
    ]);
    expect(queue.entries[0]?.error).to.include("ECONNREFUSED");
  });

  it("gives an event up after enough attempts, and lets the next one pass", async () => {
    status = (id) => (id === "evt_acme_1" ? 500 : 200);
    queue.add(hook(), event("acme", 1));
    queue.add(hook(), event("acme", 2));
    dispatch({ schedule: (failures) => (failures < 3 ? new Date(0) : "dead") });
    await until(() => queue.entries[1]?.status === "delivered");
    expect(queue.entries[0]).to.include({
      status: "dead",
      attempts: 3,
      error: "the receiver answered 500: expected 2xx",
    });
    expect(delivered()).to.deep.equal(["evt_acme_1", "evt_acme_1", "evt_acme_1", "evt_acme_2"]);
  });

  it("has no more than eight deliveries under way", async () => {
    let now = 0;
    let most = 0;
    for (let index = 0; index < 30; index += 1) queue.add(hook(), event(`tenant-${index}`, 1));
    dispatch({
      send: async () => {
        most = Math.max(most, (now += 1));
        await new Promise((resolve) => setTimeout(resolve, 5));
        now -= 1;
      },
    });
    await until(() => queue.entries.every((entry) => entry.status === "delivered"));
    expect(most).to.equal(8);
  });

  it("sends the same event again where it ended before that was written down", async () => {
    queue = new MemoryQueue(150);
    queue.add(hook(), event("acme", 1));
    queue.add(hook(), event("acme", 2));
    const succeed = queue.succeed.bind(queue);
    let killed = false;
    queue.succeed = (claim) => {
      if (killed) return succeed(claim);
      killed = true;
      return Promise.reject(new Error("the process was killed"));
    };
    await once(dispatch());
    expect(delivered()).to.deep.equal(["evt_acme_1"]);
    dispatch();
    await until(() => queue.entries.every((entry) => entry.status === "delivered"));
    expect(delivered()).to.deep.equal(["evt_acme_1", "evt_acme_1", "evt_acme_2"]);
    const [first, second] = receiver.received;
    expect(second?.body).to.equal(first?.body);
  });

  it("goes on where the queue cannot be asked for a while", async () => {
    queue.add(hook(), event("acme", 1));
    const claim = queue.claim.bind(queue);
    let outages = 3;
    queue.claim = (limit) => (outages-- > 0 ? Promise.reject(new Error("no database")) : claim(limit));
    dispatch();
    await until(() => delivered().length === 1);
  });

  it("waits for what is under way when it stops, and takes no more", async () => {
    queue.add(hook(), event("acme", 1));
    queue.add(hook(), event("acme", 2));
    let release: () => void = () => undefined;
    let sent = 0;
    const dispatcher = dispatch({
      send: () => {
        sent += 1;
        return new Promise((resolve) => (release = resolve));
      },
    });
    await until(() => sent === 1);
    const stopped = dispatcher.stop();
    release();
    await stopped;
    expect(queue.entries.map((entry) => entry.status)).to.deep.equal(["delivered", "pending"]);
    expect(sent).to.equal(1);
  });

  async function once(dispatcher: WebhookDispatcher): Promise<void> {
    await until(() => delivered().length === 1);
    await dispatcher.stop();
  }
});

describe("the waits between attempts", () => {
  const NOW = new Date(0);

  it("grow from five seconds to a day, and end", () => {
    const waits = RETRY_SECONDS.map((_, index) => backoff(index + 1, NOW, 0));
    expect(waits.map((wait) => (wait === "dead" ? wait : wait.getTime() / 1000))).to.deep.equal([
      5, 30, 120, 600, 3600, 14_400, 43_200, 86_400,
    ]);
    expect(backoff(RETRY_SECONDS.length + 1, NOW)).to.equal("dead");
  });

  it("are up to a fifth longer, each by its own part", () => {
    expect(backoff(1, NOW, 1)).to.deep.equal(new Date(6000));
    const waits = new Set(Array.from({ length: 20 }, () => Number(backoff(8, NOW))));
    expect(waits.size).to.be.above(1);
  });
});

function soon(_: number, now: Date): Date {
  return now;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("it did not come to that within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
