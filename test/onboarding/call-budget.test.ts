import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { CALL_RATES, SharedBudget } from "../../onboarding/budget";
import { Registry } from "../../onboarding/registry";
import { RegistryWorld } from "./registry-world";

const TAKER = path.join(__dirname, "call-taker.ts");

const MINUTE_MS = 60_000;

describe("the budget that workers share", function () {
  this.timeout(60_000);
  const world = new RegistryWorld();
  const children: ChildProcess[] = [];
  before(() => world.begin());
  beforeEach(() => world.fresh());
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });
  after(() => world.end());

  /**
   * Turns of a rate of one a minute with a burst of three, so far apart that the time which asking takes does not matter;
   * in minutes.
   */
  const reserve = async (registry = world.registry, service = "kms", calls = 1): Promise<number> => {
    const times = { costMs: calls * MINUTE_MS, toleranceMs: 2 * MINUTE_MS };
    return Math.ceil((await registry.callSlots.reserve(service, times)) / MINUTE_MS);
  };

  /** Waits of turns that are asked for one after another. */
  async function waits(count: number, registry = world.registry): Promise<number[]> {
    const found: number[] = [];
    for (let n = 0; n < count; n++) found.push(await reserve(registry));
    return found;
  }

  /** When all of another process's takes were given, as they come. */
  function taker(rates: string, count: number, together = "") {
    const key = randomBytes(32).toString("base64");
    const args = ["--require=tsx/cjs", TAKER, world.url, key, rates, String(count), together];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    const times: number[] = [];
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      times.push(...lines.map(Number));
    });
    return { child, times, ended: once(child, "close") };
  }

  /** The most that came within a second. */
  function mostInASecond(times: readonly number[]): number {
    return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
  }

  it("lets a burst through at once, and makes those after it wait, each longer", async () => {
    expect(await waits(6)).to.deep.equal([0, 0, 0, 1, 2, 3]);
  });

  it("is one for all processes", async () => {
    const key = randomBytes(32).toString("base64");
    const other = await Registry.open({ url: world.url, key });
    await waits(3);
    expect(await reserve(other)).to.equal(1);
    await other.close();
  });

  it("is one for each service", async () => {
    await waits(4);
    expect(await reserve(world.registry, "iam")).to.equal(0);
  });

  it("gives a hundred who ask together a turn each", async () => {
    const turns = await Promise.all(Array.from({ length: 100 }, () => reserve()));
    turns.sort((one, two) => one - two);
    expect(turns).to.deep.equal([0, 0, ...Array(98).keys()]);
  });

  it("counts each of a turn's calls", async () => {
    const turns: number[] = [];
    for (let n = 0; n < 3; n++) turns.push(await reserve(world.registry, "kms", 3));
    expect(turns).to.deep.equal([0, 1, 4]);
  });

  it("begins anew with a full burst where PostgreSQL has lost its rows in a crash", async () => {
    await waits(10);
    await world.registry.pool.query("truncate tenantry.call_slots");
    expect(await waits(3)).to.deep.equal([0, 0, 0]);
  });

  it("holds two worker processes together to the rate, and both get on", async () => {
    const rate = { ...CALL_RATES.kms, perSecond: 8 };
    const together = mkdtempSync(path.join(tmpdir(), "tenantry-together-"));
    const [one, two] = [taker("kms=8", 20, together), taker("kms=8", 20, together)];
    await Promise.all([one.ended, two.ended]);
    rmSync(together, { recursive: true });
    const times = [...one.times, ...two.times].sort((a, b) => a - b);
    expect(times).to.have.length(40);
    // One of them for timers that come late.
    expect(mostInASecond(times)).to.be.at.most(rate.perSecond + rate.burst);
    const bothAtIt = Math.max(Math.min(...one.times), Math.min(...two.times));
    const oneDone = Math.min(Math.max(...one.times), Math.max(...two.times));
    const shares = [one, two].map(
      ({ times }) => times.filter((at) => at >= bothAtIt && at <= oneDone).length,
    );
    expect(Math.min(...shares), `shares ${shares.join(" and ")}`).to.be.above(Math.max(...shares) / 3);
  });

  it("loses the turns that a killed worker waited for, and nothing else waits", async () => {
    const killed = taker("kms=4", 12);
    // It waits for others by now.
    while (killed.times.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
    killed.child.kill("SIGKILL");
    await killed.ended;
    const wait = await world.registry.callSlots.reserve("kms", { costMs: 250, toleranceMs: 500 });
    expect(wait, "the turns of its four, and the next").to.be.at.most(5 * 250);
    const before = Date.now();
    const next = taker("kms=4", 1);
    await next.ended;
    expect(next.times).to.have.length(1);
    expect(Date.now() - before).to.be.below(15_000);
  });

  it("gives up where it is told to while it waits", async () => {
    const rates = { ...CALL_RATES, kms: { perSecond: 0.01, burst: 1 } };
    const budget = new SharedBudget(world.registry.callSlots, rates, { warn: () => undefined });
    await budget.take("kms");
    const interrupted = new AbortController();
    const waiting = budget.take("kms", 1, interrupted.signal).catch((error: unknown) => error);
    setTimeout(() => interrupted.abort(), 50);
    expect(await waiting)
      .to.be.instanceOf(Error)
      .and.have.property("name", "AbortError");
  });

  it("keeps the rate by itself where the registry does not answer, says so once, and shares again after", async () => {
    const warnings: object[] = [];
    const rates = { ...CALL_RATES, kms: { perSecond: 10, burst: 3 } };
    let away = true;
    const slots = {
      reserve: (...args: Parameters<Registry["callSlots"]["reserve"]>) =>
        away ? Promise.reject(new Error("connect ECONNREFUSED")) : world.registry.callSlots.reserve(...args),
    };
    const budget = new SharedBudget(slots, rates, { warn: (fields) => warnings.push(fields) });
    const found: number[] = [];
    for (let n = 0; n < 5; n++) found.push(await budget.reserve("kms", 1));
    expect(found.map((wait) => wait > 0)).to.deep.equal([false, false, false, true, true]);
    expect(warnings).to.deep.equal([{ service: "kms", reason: "connect ECONNREFUSED" }]);
    away = false;
    expect(await budget.reserve("kms", 1)).to.equal(0);
  });
});
