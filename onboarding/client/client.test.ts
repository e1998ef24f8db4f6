import { expect } from "chai";
import { TenantryClient } from "./client";
import { ApiProblem } from "./errors";
import { type TestServer, json, startServer } from "./testing/server";
import { fixedToken } from "./tokens";

/** What of it the client looks at. */
const OPERATION = { id: "op_1", tenantId: "acme", kind: "suspend", status: "queued" };
const PLAN = { operationId: "op_2", tenantId: "acme", plan: { changes: {} } };
const SPEC = {
  id: "acme",
  name: "Acme",
  tier: "silo",
  contact: "a@acme.example",
  cell: "local",
  size: "small",
  database: { engine: "postgres", size: "small" },
} as const;

describe("the client", () => {
  let server: TestServer;
  let client: TenantryClient;
  let answer: { status: number; body: unknown; headers?: Record<string, string> };

  beforeEach(async () => {
    answer = { status: 202, body: OPERATION };
    server = await startServer((response, { path }) => {
      const more = path.startsWith("/v1/tenants?") && !path.includes("after=");
      if (path.startsWith("/v1/tenants?") && answer.status === 200) {
        json(response, 200, { items: [{ id: more ? "acme" : "globex" }], ...(more ? { next: "c1" } : {}) });
      } else if (answer.status === 204) response.writeHead(204).end();
      else json(response, answer.status, answer.body, answer.headers);
    });
    client = new TenantryClient({ url: `${server.url}/`, tokens: fixedToken("t") });
  });
  afterEach(() => server.close());

  const asked = () => server.got.map(({ method, path }) => `${method} ${path}`);

  it("onboards", async () => {
    expect(await client.onboard(SPEC, { whenBusy: "queue" })).to.deep.equal({
      kind: "operation",
      operation: OPERATION,
    });
    expect(asked()).to.deep.equal(["POST /v1/tenants?whenBusy=queue"]);
    expect(JSON.parse(server.got[0]?.body ?? "")).to.deep.equal(SPEC);
    expect(server.got[0]?.headers["content-type"]).to.equal("application/json");
  });

  it("plans", async () => {
    answer = { status: 200, body: PLAN };
    expect(await client.suspend("acme", {}, { dryRun: true })).to.deep.equal({ kind: "plan", plan: PLAN });
    expect(asked()).to.deep.equal(["POST /v1/tenants/acme/suspend?dryRun=true"]);
  });

  it("changes only what it has read", async () => {
    answer = { status: 200, body: { id: "acme" }, headers: { etag: '"3"' } };
    const { etag } = await client.tenant("acme");
    answer = { status: 202, body: OPERATION };
    await client.update("acme", { size: "medium" }, { etag: etag ?? "" });
    expect(asked()).to.deep.equal(["GET /v1/tenants/acme", "PATCH /v1/tenants/acme"]);
    expect(server.got[1]?.headers).to.include({
      "if-match": '"3"',
      "content-type": "application/merge-patch+json",
    });
    expect(server.got[1]?.body).to.equal('{"size":"medium"}');
  });

  const changes: readonly [string, (client: TenantryClient) => Promise<unknown>, string, unknown][] = [
    ["suspends", (it) => it.suspend("acme", { reason: "unpaid" }), "suspend", { reason: "unpaid" }],
    ["resumes", (it) => it.resume("acme"), "resume", {}],
    ["rotates", (it) => it.rotate("acme"), "rotate", {}],
    [
      "restores",
      (it) => it.restore("acme", { restore: { snapshot: "s" } }),
      "restore",
      { restore: { snapshot: "s" } },
    ],
    ["offboards", (it) => it.offboard("acme", { retentionDays: 7 }), "offboard", { retentionDays: 7 }],
    ["purges", (it) => it.purge("acme", { force: true }), "purge", { force: true }],
    ["refreshes", (it) => it.refresh("acme"), "refresh", {}],
    ["repairs", (it) => it.repair("acme"), "repair", {}],
    ["retries", (it) => it.retry("acme"), "retry", {}],
  ];
  for (const [what, change, verb, body] of changes) {
    it(what, async () => {
      await change(client);
      expect(asked()).to.deep.equal([`POST /v1/tenants/acme/${verb}`]);
      expect(JSON.parse(server.got[0]?.body ?? "")).to.deep.equal(body);
      expect(server.got[0]?.headers["idempotency-key"]).to.match(/^[0-9a-f-]{36}$/);
    });
  }

  it("gives every page's items, and asks for no page before it is wanted", async () => {
    answer = { status: 200, body: undefined };
    const tenants = client.tenants({ phase: "active" });
    expect((await tenants.next()).value).to.have.property("id", "acme");
    expect(asked()).to.deep.equal(["GET /v1/tenants?phase=active"]);
    expect((await tenants.next()).value).to.have.property("id", "globex");
    expect((await tenants.next()).done).to.equal(true);
    expect(asked()).to.deep.equal(["GET /v1/tenants?phase=active", "GET /v1/tenants?phase=active&after=c1"]);
  });

  it("removes a webhook", async () => {
    answer = { status: 204, body: undefined };
    await client.webhooks.remove("whk_1");
    expect(asked()).to.deep.equal(["DELETE /v1/webhooks/whk_1"]);
  });

  it("sends a delivery again", async () => {
    await client.webhooks.resend("whk_1", "evt_1");
    expect(asked()).to.deep.equal(["POST /v1/webhooks/whk_1/deliveries/evt_1/resend"]);
  });

  it("keeps an id that is none out of the path", async () => {
    await client.resume("../../v1/webhooks");
    expect(asked()).to.deep.equal(["POST /v1/tenants/..%2F..%2Fv1%2Fwebhooks/resume"]);
  });

  it("throws a problem", async () => {
    answer = {
      status: 404,
      body: { type: "https://tenantry.dev/problems/not-found", title: "", status: 404, detail: "d" },
    };
    const error: unknown = await client.tenant("nobody").catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ApiProblem).and.include({ type: "not-found", message: "d" });
  });
});
