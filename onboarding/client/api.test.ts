import { expect } from "chai";
import { FakeService, HEAD, lineOf, operationOf, specOf } from "../api/testing/fakes";
import { type TestIssuer, startIssuer } from "../auth/testing/issuer";
import { TenantryClient } from "./client";
import { fixedToken } from "./tokens";

describe("the client and the API", () => {
  let issuer: TestIssuer;
  let token: string;
  let service: FakeService;
  let client: TenantryClient;
  /** Breaks the connection after the API has done what was asked, so many times. */
  let breaks: number;

  before(async () => {
    issuer = await startIssuer();
    token = await issuer.token(["admin"]);
  });
  after(() => issuer.close());
  beforeEach(() => {
    breaks = 0;
    service = new FakeService();
    const api = service.api(issuer.url, { settings: { streamPollMs: 5, planWaitMs: 50 } });
    client = new TenantryClient({
      url: "http://api.example",
      tokens: fixedToken(token),
      firstWaitMs: 1,
      fetch: async (input, init) => {
        const answer = await api.fetch(new Request(input, init));
        if (breaks-- > 0) throw new TypeError("fetch failed");
        return answer;
      },
    });
  });

  const kinds = () => service.started.map(({ kind }) => kind);

  it("agree on every change", async () => {
    await client.onboard(specOf("initech"));
    const { tenant, etag = "" } = await client.tenant("acme");
    expect([tenant.id, etag]).to.deep.equal(["acme", '"3"']);
    await client.update("acme", { size: "medium", release: { web: null } }, { etag });
    await client.suspend("acme", { reason: "unpaid" });
    await client.resume("acme", { whenBusy: "queue" });
    await client.rotate("acme");
    await client.restore("acme", { restore: { time: "2026-01-02T03:04:05.678Z" } });
    await client.offboard("acme", { retentionDays: 30 }, { etag });
    await client.purge("acme", { force: true });
    await client.refresh("acme");
    await client.repair("acme");
    await client.retry("acme");
    expect(kinds()).to.deep.equal([
      "onboard",
      "update",
      "suspend",
      "resume",
      "rotate",
      "restore",
      "offboard",
      "purge",
      "refresh",
      "repair",
      "onboard",
    ]);
  });

  it("agree on every list", async () => {
    const all = async (items: AsyncIterable<unknown>) => {
      let count = 0;
      for await (const _ of items) count += 1;
      return count;
    };
    expect(await all(client.tenants({ phase: "active", limit: 200 }))).to.equal(2);
    expect(await all(client.operations({ tenantId: "acme", kind: "update" }))).to.equal(1);
    expect(await all(client.events("acme", { type: "tenant.active" }))).to.equal(0);
    expect(await all(client.audit({ action: "tenant.suspend" }))).to.equal(0);
    expect(await all(client.webhooks.list())).to.equal(1);
    expect(await all(client.webhooks.deliveries("wh_1", { status: "dead" }))).to.equal(1);
  });

  it("agree on the rest", async () => {
    expect(await client.verifyAudit()).to.deep.equal({ intact: true, entries: 4, head: HEAD });
    expect(await client.verifyAudit(HEAD)).to.include({ intact: true, hasEarlierHead: true });
    expect(await client.verifyAudit(`3:${"b".repeat(64)}`)).to.include({
      intact: false,
      hasEarlierHead: false,
    });
    expect(await client.operation("op_acme")).to.include({ status: "succeeded" });
    expect(await client.cancel("op_acme")).to.include({ status: "cancelled" });
    expect(await client.webhooks.add({ url: "https://a.example/" })).to.include({ secret: "whsec_1" });
    expect(await client.webhooks.resend("wh_1", "evt_1")).to.include({ eventId: "evt_1" });
    await client.webhooks.remove("wh_1");
  });

  it("plan", async () => {
    const planned = await client.suspend("acme", {}, { dryRun: true });
    expect(planned).to.have.nested.property("plan.plan.created", 12);
    expect(kinds()).to.deep.equal(["plan"]);
  });

  it("do a change once, however often the connection breaks before the answer is there", async () => {
    breaks = 3;
    const accepted = await client.suspend("acme");
    expect(accepted).to.have.nested.property("operation.id", "op_1");
    expect(kinds()).to.deep.equal(["suspend"]);
  });

  it("tell an operation to its end", async () => {
    const lines = [];
    for await (const { sequence, kind, data } of client.watch("op_acme")) lines.push([sequence, kind, data]);
    expect(lines).to.deep.equal([
      [1, "step", { step: "step 1" }],
      [2, "step", { step: "step 2" }],
      [3, "end", { step: "step 3" }],
    ]);
  });

  it("tell an operation that ended without a last line", async () => {
    service.operations.set("op_lost", operationOf("acme", { id: "op_lost", status: "failed" }));
    service.progress.set("op_lost", [lineOf(1)]);
    const lines = [];
    for await (const { sequence } of client.watch("op_lost", { waitMs: 1 })) lines.push(sequence);
    expect(lines).to.deep.equal([1]);
  });
});
