import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { z } from "zod";
import { AccountConnection, CallLog, Cipher, ResourceStore, SettingsStore } from "../../local/aws/account";
import { ensureDatabase } from "../../local/postgres/database";
import { CALL_RATES } from "../../onboarding/budget";
import { ROOT, type Running, World } from "../world/world";

const RECORD = "aws:route53/record:Record";

/** Route 53's own rate: five requests a second of an account. */
const OWN = { rate: 5, burst: 5, code: "Throttling" };

/** The rate of the budget, as its setting says it. */
const RATES = `route53=${CALL_RATES.route53.perSecond}`;

/** How far apart the budget lets the changes of records come, milliseconds. */
const APART_MS = (CALL_RATES.route53.callsPerChange * 1000) / CALL_RATES.route53.perSecond;

/** Two worker processes bring stacks of DNS records up, in one account that takes five calls a second of Route 53. */
describe("a budget of AWS calls", function () {
  this.timeout("3 minutes");
  const world = new World("budget");
  const registry: Record<string, string> = { TENANTRY_KEY: randomBytes(32).toString("base64") };
  let connection: AccountConnection;
  let log: CallLog;

  before(async () => {
    await world.begin();
    const { postgres } = world.cloud;
    const { host, port, user, password } = postgres;
    await ensureDatabase(postgres, "budget");
    registry["TENANTRY_DATABASE_URL"] =
      `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/budget`;
    connection = new AccountConnection(postgres);
    log = new CallLog(connection);
    await new SettingsStore(connection).setThrottle("Route 53", OWN);
  });
  beforeEach(() => log.clear());
  after(async () => {
    await connection.close();
    await world.end();
  });

  function bringUp(stack: string, records: number, rates = RATES, together = ""): Running {
    const script = path.join(ROOT, "test", "e2e", "call-budget-worker.ts");
    return world.start(
      "node",
      ["--require=tsx/cjs", script, stack, String(records), rates, together],
      registry,
    );
  }

  async function succeed(...workers: readonly Running[]): Promise<void> {
    for (const { finished } of workers) {
      const { code, stderr } = await finished;
      expect(code, stderr).to.equal(0);
    }
  }

  /** Every call of Route 53 that changes something. */
  async function changes() {
    const calls = await log.latest(1000);
    return calls.filter(
      ({ service, operation }) => service === "Route 53" && /^(Change|Create)/.test(operation),
    );
  }

  async function recordsOf(stack: string): Promise<number> {
    const store = new ResourceStore(connection, new Cipher(world.cloud.postgres.password));
    const found = await store.everywhere(RECORD, {});
    const names = found.map(({ state }) => z.string().parse(state["fqdn"]));
    return names.filter((name) => name.endsWith(`.${stack}.example`)).length;
  }

  it("is missed by two workers that have none: the account throttles them", async () => {
    const together = mkdtempSync(path.join(tmpdir(), "tenantry-together-"));
    await succeed(bringUp("rash-1", 10, "", together), bringUp("rash-2", 10, "", together));
    rmSync(together, { recursive: true });
    expect((await changes()).map(({ outcome }) => outcome)).to.include("Throttling");
  });

  it("keeps two workers within the account's rate, and both get on", async () => {
    const together = mkdtempSync(path.join(tmpdir(), "tenantry-together-"));
    await succeed(bringUp("calm-1", 8, RATES, together), bringUp("calm-2", 8, RATES, together));
    rmSync(together, { recursive: true });
    const made = await changes();
    expect(made.map(({ outcome }) => outcome)).to.deep.equal(Array.from({ length: 18 }, () => "ok"));
    const times = made.map(({ at }) => at.getTime()).sort((one, two) => one - two);
    for (const from of times) {
      const within = times.filter((at) => at >= from && at < from + 1000);
      expect(within.length * CALL_RATES.route53.callsPerChange).to.be.at.most(OWN.rate + OWN.burst);
    }
    const [ofOne, ofTwo] = ["calm-1/", "calm-2/"].map((stack) =>
      made.filter(({ resource }) => resource.startsWith(stack)).map(({ at }) => at.getTime()),
    );
    expect(Math.min(...(ofOne ?? [])), "one waited for all of the other").to.be.below(
      Math.max(...(ofTwo ?? [])),
    );
    expect(Math.min(...(ofTwo ?? [])), "one waited for all of the other").to.be.below(
      Math.max(...(ofOne ?? [])),
    );
    // The last turn is so many after the first, however late the first one was.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).to.be.above((times.length - 2) * APART_MS);
  });

  it("is held up by nothing of a worker that is killed while it waits; its stack is finished by the next", async () => {
    const killed = bringUp("killed", 12);
    while ((await changes()).length < 3) await new Promise((resolve) => setTimeout(resolve, 100));
    killed.process.kill("SIGKILL");
    await killed.finished;
    const made = await recordsOf("killed");
    expect(made, "it was not killed in the middle").to.be.below(12);
    const before = Date.now();
    await succeed(bringUp("spared", 1));
    expect(await recordsOf("spared")).to.equal(1);
    expect(Date.now() - before, "it waited for a dead worker").to.be.below(30_000);
    await succeed(bringUp("killed", 12));
    expect(await recordsOf("killed")).to.equal(12);
  });
});
