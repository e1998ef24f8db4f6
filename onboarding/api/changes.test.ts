import { expect } from "chai";
import { type TestIssuer, startIssuer } from "../auth/testing/issuer";
import { PROBLEM_BASE, ProblemError } from "../lifecycle";
import { TestClient } from "./testing/client";
import { FakeService, operationOf, specOf, tenantOf } from "./testing/fakes";

describe("changes over the API", () => {
  let issuer: TestIssuer;
  let token: string;
  let service: FakeService;
  let client: TestClient;

  before(async () => {
    issuer = await startIssuer();
    token = await issuer.token(["admin"], { subject: "ada" });
  });
  beforeEach(() => {
    service = new FakeService();
    client = new TestClient(service.api(issuer.url, { settings: { planWaitMs: 20, planPollMs: 5 } }), token);
  });
  after(() => issuer.close());

  const only = () => {
    const [started, ...others] = service.started;
    if (started === undefined || others.length > 0) throw new Error(`${service.started.length} were started`);
    return started;
  };

  it("takes a tenant in, with defaults filled in, and says where its operation is", async () => {
    const { database, ...rest } = specOf("initech");
    const json = { ...rest, database: { engine: database.engine, size: database.size } };
    const response = await client.send("POST /v1/tenants", { json, headers: { "X-Request-Id": "r-1" } });
    expect(response.status).to.equal(202);
    expect(response.headers.get("Location")).to.equal("/v1/operations/op_1");
    const { kind, input, origin } = only();
    expect({ kind, input }).to.deep.equal({ kind: "onboard", input: { spec: specOf("initech") } });
    expect(origin).to.deep.equal({
      actor: { subject: "ada", issuer: issuer.url, roles: ["admin"] },
      address: "unknown",
      requestId: "r-1",
      traceparent: undefined,
    });
  });

  it("answers a key's second request with the first one's answer, and does nothing twice", async () => {
    const sent = { json: specOf("initech"), headers: { "Idempotency-Key": "k 1" } };
    const first = await client.send("POST /v1/tenants", sent);
    const second = await client.send("POST /v1/tenants", sent);
    expect(await second.text()).to.equal(await first.text());
    expect([first, second].map(({ headers }) => headers.get("Idempotency-Replayed"))).to.deep.equal([
      null,
      "true",
    ]);
    expect(second.headers.get("Location")).to.equal("/v1/operations/op_1");
    expect(service.started).to.have.length(1);
  });

  it("answers a key's second request also when the tenant has another version by then", async () => {
    const headers = { "Idempotency-Key": "k1", "If-Match": '"3"' };
    await client.send("POST /v1/tenants/acme/suspend", { headers });
    service.tenants.set("acme", { ...tenantOf("acme"), version: 4 });
    const second = await client.send("POST /v1/tenants/acme/suspend", { headers });
    expect(second.status).to.equal(202);
    expect(service.started).to.have.length(1);
  });

  for (const [name, request] of [
    ["path", "POST /v1/tenants/globex/suspend"],
    ["body", "POST /v1/tenants/acme/suspend"],
    ["query", "POST /v1/tenants/acme/suspend?whenBusy=queue"],
  ] as const) {
    it(`refuses a key that comes with another ${name}`, async () => {
      const headers = { "Idempotency-Key": "k1" };
      await client.send("POST /v1/tenants/acme/suspend", { headers });
      const json = name === "body" ? { reason: "unpaid" } : undefined;
      const { type } = await client.problem(request, { headers, json });
      expect(type).to.equal(`${PROBLEM_BASE}idempotency-key-reused`);
    });
  }

  it("keeps one client's keys apart from another's", async () => {
    const headers = { "Idempotency-Key": "k1" };
    const app = service.api(issuer.url);
    const grace = new TestClient(app, await issuer.token(["admin"], { subject: "grace" }));
    await client.send("POST /v1/tenants/acme/suspend", { headers });
    expect((await grace.send("POST /v1/tenants/globex/suspend", { headers })).status).to.equal(202);
  });

  it("answers for a webhook again, whatever its name leads to by now", async () => {
    let refuses = false;
    const refusal = new ProblemError({ type: "webhook-target-refused", detail: "no such name" });
    const checkWebhookTarget = () => (refuses ? Promise.reject(refusal) : Promise.resolve());
    client = new TestClient(service.api(issuer.url, { checkWebhookTarget }), token);
    const sent = (key: string) => ({
      json: { url: "https://a.example/" },
      headers: { "Idempotency-Key": key },
    });
    expect((await client.send("POST /v1/webhooks", sent("one"))).status).to.equal(201);
    refuses = true;
    const again = await client.send("POST /v1/webhooks", sent("one"));
    expect([again.status, again.headers.get("Idempotency-Replayed")]).to.deep.equal([201, "true"]);
    expect(await client.problem("POST /v1/webhooks", sent("two"))).to.include({ detail: "no such name" });
  });

  it("tells a webhook's secret once, and keeps it for no key", async () => {
    const sent = { json: { url: "https://a.example/" }, headers: { "Idempotency-Key": "k1" } };
    const first = await (await client.send("POST /v1/webhooks", sent)).text();
    const second = await (await client.send("POST /v1/webhooks", sent)).text();
    expect(first).to.include("whsec_1");
    expect(second).to.include("wh_1").and.not.include("whsec");
    expect(JSON.stringify([...service.answers.values()])).to.not.include("whsec");
    expect(service.log.join("")).to.not.include("whsec");
  });

  it("has an ETag for a tenant, and says when it has not changed", async () => {
    const read = await client.send("GET /v1/tenants/acme");
    expect(read.headers.get("ETag")).to.equal('"3"');
    const again = await client.send("GET /v1/tenants/acme", { headers: { "If-None-Match": 'W/"2", "3"' } });
    expect([again.status, await again.text()]).to.deep.equal([304, ""]);
  });

  it("changes a spec by a merge patch, from the version that was read", async () => {
    const response = await client.send("PATCH /v1/tenants/acme?whenBusy=queue", {
      json: { size: "large", database: { size: "medium" }, operators: null },
      headers: { "If-Match": '"3"', "Content-Type": "application/merge-patch+json" },
    });
    expect(response.status).to.equal(202);
    const { kind, input, options } = only();
    const spec = specOf("acme");
    expect({ kind, input, options }).to.deep.equal({
      kind: "update",
      input: {
        spec: { ...spec, size: "large", database: { ...spec.database, size: "medium" } },
        patch: { size: "large", database: { size: "medium" }, operators: null },
        basedOn: spec,
      },
      options: { whenBusy: "queue", expectedVersion: 3 },
    });
  });

  const LIFECYCLE = [
    ["suspend", { reason: "unpaid" }, "suspend"],
    ["resume", undefined, "resume"],
    ["rotate", undefined, "rotate"],
    ["restore", { restore: { time: "2026-03-01T12:00:00Z" } }, "restore"],
    ["restore", { restore: { snapshot: "rds:acme-1" } }, "restore"],
    ["offboard", { retentionDays: 30 }, "offboard"],
    ["purge", { force: true }, "purge"],
    ["refresh", undefined, "refresh"],
    ["repair", undefined, "repair"],
  ] as const;
  for (const [verb, json, kind] of LIFECYCLE) {
    it(`starts ${verb} with ${JSON.stringify(json)}`, async () => {
      const response = await client.send(`POST /v1/tenants/acme/${verb}`, { json });
      expect(response.status).to.equal(202);
      expect(only()).to.deep.include({
        tenantId: "acme",
        kind,
        input: json ?? {},
        options: { whenBusy: "refuse", expectedVersion: undefined },
      });
    });
  }

  it("binds a change from whatever version to no spec", async () => {
    const headers = { "If-Match": "*" };
    await client.send("PATCH /v1/tenants/acme", { json: { size: "large" }, headers });
    expect(only().input.basedOn).to.equal(undefined);
  });

  it("starts a retry as an onboarding of the spec that the tenant has when its turn comes", async () => {
    await client.send("POST /v1/tenants/acme/retry");
    expect(only()).to.deep.include({ kind: "onboard", input: {} });
  });

  it("takes a content type without a body for no body", async () => {
    const response = await client.send("POST /v1/tenants/acme/resume", { text: "" });
    expect(response.status).to.equal(202);
  });

  it("hands on what refuses a change, with the operation in the way", async () => {
    service.failure = new ProblemError({
      type: "tenant-busy",
      detail: "operation 'op_9' is at work on tenant 'acme'",
      next: "wait for it, or send whenBusy=queue",
      extensions: { operationId: "op_9" },
    });
    expect(await client.problem("GET /v1/cells", { headers: { "X-Request-Id": "r1" } })).to.deep.equal({
      type: `${PROBLEM_BASE}tenant-busy`,
      title: "Another operation is at work on the tenant",
      status: 409,
      detail: "operation 'op_9' is at work on tenant 'acme'",
      next: "wait for it, or send whenBusy=queue",
      operationId: "op_9",
      instance: "urn:tenantry:request:r1",
    });
  });

  describe("dry run", () => {
    it("answers with the plan of a new tenant, and makes nothing else", async () => {
      const response = await client.send("POST /v1/tenants?dryRun=true", { json: specOf("initech") });
      expect([response.status, await response.json()]).to.deep.equal([
        200,
        { operationId: "op_1", tenantId: "initech", planned: "onboard", plan: { created: 12 } },
      ]);
      expect(only()).to.deep.include({
        kind: "plan",
        input: { planned: "onboard", spec: specOf("initech") },
      });
    });

    it("plans an update and a suspension", async () => {
      await client.send("PATCH /v1/tenants/acme?dryRun=true", {
        json: { size: "large" },
        headers: { "If-Match": "*" },
      });
      await client.send("POST /v1/tenants/acme/suspend?dryRun=true", { json: { reason: "unpaid" } });
      expect(service.started.map(({ kind, input }) => ({ kind, input }))).to.deep.equal([
        { kind: "plan", input: { planned: "update", spec: { ...specOf("acme"), size: "large" } } },
        { kind: "plan", input: { planned: "suspend", reason: "unpaid" } },
      ]);
    });

    it("answers with the problem that the plan met", async () => {
      service.plan = {
        status: "failed",
        problem: { type: "policy-violation", detail: "policy 'x' refuses resource 'y'" },
      };
      const problem = await client.problem("POST /v1/tenants/acme/repair?dryRun=true");
      expect(problem).to.deep.include({
        status: 422,
        operationId: "op_1",
        detail: "policy 'x' refuses resource 'y'",
      });
    });

    it("answers with the operation where the plan takes longer than a client waits", async () => {
      service.plan = { status: "running" };
      const response = await client.send("POST /v1/tenants/acme/repair?dryRun=true");
      expect([response.status, response.headers.get("Location")]).to.deep.equal([202, "/v1/operations/op_1"]);
    });
  });

  it("shows why an operation failed as a problem", async () => {
    service.operations.set(
      "op_acme",
      operationOf("acme", {
        status: "failed",
        problem: { type: "throttled", detail: "AWS throttles 'rds'" },
      }),
    );
    const text = await (await client.send("GET /v1/operations/op_acme")).text();
    expect(JSON.parse(text)).to.have.deep.property("problem", {
      type: `${PROBLEM_BASE}throttled`,
      title: "AWS throttles",
      status: 503,
      detail: "AWS throttles 'rds'",
    });
  });

  it("asks lists for what was filtered, a page of 50 unless told otherwise", async () => {
    await client.send("GET /v1/tenants?phase=active&cell=local&after=YWNtZQ&limit=200");
    await client.send("GET /v1/operations?tenantId=acme&status=failed&kind=update");
    await client.send("GET /v1/tenants/acme/events?type=tenant.active");
    await client.send("GET /v1/audit?tenantId=acme&action=tenant.suspend&actor=https%3A%2F%2Fi%23s");
    expect(service.queries).to.deep.equal([
      { phase: "active", cell: "local", after: "YWNtZQ", limit: 200, id: undefined },
      { tenantId: "acme", status: "failed", kind: "update", limit: 50 },
      { tenantId: "acme", type: "tenant.active", limit: 50 },
      { tenantId: "acme", action: "tenant.suspend", actor: "https://i#s", limit: 50 },
    ]);
  });
});
