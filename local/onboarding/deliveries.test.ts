import { expect } from "chai";
import { lockNumber } from "../../onboarding/registry";
import { deliver } from "../../onboarding/webhooks";
import { ORIGIN, type TestRegistry, startTestRegistry } from "./testing";

describe("the registry's deliveries", function () {
  this.timeout(60_000);
  let test: TestRegistry;
  before(async () => (test = await startTestRegistry()));
  after(() => test.stop());
  beforeEach(() => test.registry.pool.query("truncate tenantry.webhooks, tenantry.events cascade"));

  const claim = (limit = 8) => test.registry.deliveries.claim(limit);

  /** As if a claim were a minute old. */
  async function runOut(): Promise<void> {
    await test.registry.pool.query(
      "update tenantry.deliveries set leased_until = now() - interval '1 second'",
    );
  }

  async function rows(): Promise<object[]> {
    const found = await test.registry.pool.query<object>(
      "select status, attempts, claim is not null as claimed from tenantry.deliveries order by position",
    );
    return found.rows;
  }

  async function claimOne() {
    const [claimed] = await claim();
    if (claimed === undefined) throw new Error("nothing was claimed");
    return claimed;
  }

  describe("whose claim has run out", () => {
    beforeEach(async () => {
      await test.addWebhook("slow");
      await test.addEvents("acme", 1, ["slow"]);
    });

    it("are still reported where nobody else has taken them", async () => {
      const claimed = await claimOne();
      await runOut();
      await test.registry.deliveries.succeed(claimed);
      expect(await rows()).to.deep.equal([{ status: "delivered", attempts: 1, claimed: false }]);
    });

    it("are not touched by the old claim while another has them", async () => {
      const old = await claimOne();
      await runOut();
      await claimOne();
      await test.registry.deliveries.fail(old, "too late", "dead");
      expect(await rows()).to.deep.equal([{ status: "pending", attempts: 0, claimed: true }]);
    });

    it("stay delivered whatever the old claim says", async () => {
      const old = await claimOne();
      await runOut();
      await test.registry.deliveries.succeed(await claimOne());
      await test.registry.deliveries.fail(old, "too late", new Date());
      expect(await rows()).to.deep.equal([{ status: "delivered", attempts: 1, claimed: false }]);
    });

    it("stay in line where somebody sends them again meanwhile", async () => {
      const old = await claimOne();
      await test.registry.transaction((tx) => test.registry.webhooks.resend(tx, "slow", "acme:1", ORIGIN));
      await test.registry.deliveries.succeed(old);
      expect(await rows()).to.deep.equal([{ status: "pending", attempts: 0, claimed: false }]);
    });
  });

  it("are claimed while the workflows' tables are brought up to date", async () => {
    const migrator = await test.registry.pool.connect();
    const { rows: held } = await migrator.query("select pg_advisory_lock($1)", [
      lockNumber("workflowMigration"),
    ]);
    expect(held).to.have.length(1);
    try {
      const late = new Promise((resolve) => setTimeout(resolve, 2_000, "waits for the migrator"));
      expect(await Promise.race([claim(), late])).to.deep.equal([]);
    } finally {
      migrator.release(true);
    }
  });

  it("are claimed also where another's secret was sealed with a key that is gone", async () => {
    const other = await test.open(Buffer.alloc(32, 7).toString("base64"));
    await test.addWebhook("good");
    const { webhook } = await other.transaction((tx) =>
      other.webhooks.create(tx, { url: "https://bad.example/", types: [] }, ORIGIN),
    );
    await test.addEvents("acme", 1, ["good", webhook.id]);
    const claimed = await claim();
    const secretsOf = (id: string) => claimed.find((each) => each.webhook.id === id)?.secrets.length;
    expect([secretsOf("good"), secretsOf(webhook.id)]).to.deep.equal([1, 0]);
    const [bad] = claimed.filter((each) => each.webhook.id === webhook.id);
    if (bad === undefined) throw new Error("it was not claimed");
    const failure = await deliver(bad).then(
      () => "sent",
      (error: Error) => error.message,
    );
    expect(failure).to.match(/^the webhook's secret cannot be opened with this TENANTRY_KEY/);
  });

  describe("of one webhook", () => {
    beforeEach(async () => {
      await test.addWebhook("slow");
      await test.addWebhook("quick");
      for (const tenant of ["a", "b", "c", "d", "e"]) await test.addEvents(tenant, 1, ["slow"]);
      await test.addEvents("f", 1, ["quick"]);
    });

    it("are claimed three at a time, and leave room for another webhook's", async () => {
      const claimed = await claim();
      expect(claimed.map(({ webhook }) => webhook.id).sort()).to.deep.equal([
        "quick",
        "slow",
        "slow",
        "slow",
      ]);
      expect(await claim()).to.deep.equal([]);
    });

    it("leave another webhook's their turn where there is room for few", async () => {
      const claimed = [...(await claim(3)), ...(await claim(3))];
      expect(claimed.map(({ webhook }) => webhook.id).sort()).to.deep.equal([
        "quick",
        "slow",
        "slow",
        "slow",
      ]);
    });

    it("are claimed again as those before them end", async () => {
      const [first] = (await claim()).filter(({ webhook }) => webhook.id === "slow");
      if (first === undefined) throw new Error("nothing was claimed");
      await test.registry.deliveries.succeed(first);
      expect((await claim()).map(({ webhook }) => webhook.id)).to.deep.equal(["slow"]);
    });

    it("are three at a time also where several dispatchers ask at once", async () => {
      const claimed = (await Promise.all([claim(), claim(), claim(), claim()])).flat();
      expect(claimed.map(({ webhook }) => webhook.id).sort()).to.deep.equal([
        "quick",
        "slow",
        "slow",
        "slow",
      ]);
      expect(new Set(claimed.map(({ event }) => event.id)).size).to.equal(4);
    });
  });
});
