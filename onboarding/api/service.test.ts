import { context, propagation, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { expect } from "chai";
import { type TestIssuer, startIssuer } from "../auth/testing/issuer";
import { ApiMetrics } from "./metrics";
import { TestClient, readProblem } from "./testing/client";
import { FakeService } from "./testing/fakes";

describe("the API as a service", () => {
  let issuer: TestIssuer;
  let token: string;
  let service: FakeService;
  let client: TestClient;

  before(async () => {
    issuer = await startIssuer();
    token = await issuer.token(["admin"]);
  });
  beforeEach(() => {
    service = new FakeService();
    client = new TestClient(service.api(issuer.url), token);
  });
  after(() => issuer.close());

  it("keeps a good request id, and makes one in place of a bad one", async () => {
    const idOf = async (id: string) =>
      (await client.send("GET /v1/tiers", { headers: { "X-Request-Id": id } })).headers.get("X-Request-Id");
    expect(await idOf("a.B_c-1")).to.equal("a.B_c-1");
    expect(await idOf("a b")).to.match(/^[0-9a-f-]{36}$/);
    expect(await idOf("x".repeat(65))).to.match(/^[0-9a-f-]{36}$/);
  });

  it("has answers that nobody keeps, guesses the type of or frames", async () => {
    const { headers } = await client.send("GET /v1/tiers");
    expect(headers.get("Cache-Control")).to.equal("no-store");
    expect(headers.get("X-Content-Type-Options")).to.equal("nosniff");
    expect(headers.get("Content-Security-Policy")).to.equal("default-src 'none'; frame-ancestors 'none'");
  });

  it("says how to authenticate", async () => {
    const app = service.api(issuer.url);
    const missing = await app.request("/v1/tenants");
    expect(missing.headers.get("WWW-Authenticate")).to.equal('Bearer realm="tenantry"');
    const bad = await app.request("/v1/tenants", { headers: { Authorization: "Bearer a.b.c" } });
    expect(bad.headers.get("WWW-Authenticate")).to.match(/error="invalid_token"/);
    expect((await readProblem(bad)).status).to.equal(401);
  });

  it("answers 503 while the issuer does not answer", async () => {
    issuer.answers = false;
    const response = await client.send("GET /v1/tenants");
    issuer.answers = true;
    expect([response.status, response.headers.get("Retry-After")]).to.deep.equal([503, "5"]);
    expect((await client.send("GET /v1/tenants")).status).to.equal(200);
  });

  for (const failure of [
    Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
    Object.assign(new Error("terminating connection due to administrator command"), { code: "57P01" }),
    Object.assign(new Error("connection failure"), { code: "08006" }),
    Object.assign(new Error("could not extend file: No space left on device"), { code: "53100" }),
    new AggregateError([Object.assign(new Error("connect"), { code: "ECONNREFUSED" })]),
    new Error("Connection terminated unexpectedly"),
    new Error("query failed", { cause: Object.assign(new Error("gone"), { code: "ECONNRESET" }) }),
  ]) {
    it(`answers 503 while PostgreSQL is gone (${failure.message || failure.name}), and goes on when it is back`, async () => {
      service.failure = failure;
      const response = await client.send("GET /v1/tenants");
      expect([response.status, response.headers.get("Retry-After")]).to.deep.equal([503, "5"]);
      service.failure = undefined;
      expect((await client.send("GET /v1/tenants")).status).to.equal(200);
    });
  }

  it("tells nothing of an error that it does not know, and logs it", async () => {
    service.failure = new Error("password=hunter2");
    const response = await client.send("GET /v1/tenants", { headers: { "X-Request-Id": "r7" } });
    const text = await response.text();
    expect(response.status).to.equal(500);
    expect(text).to.include("urn:tenantry:request:r7").and.not.include("hunter2");
    expect(service.log.join("")).to.include('"requestId":"r7"').and.include("hunter2");
  });

  it("takes a value that PostgreSQL cannot store for the client's fault", async () => {
    service.failure = Object.assign(new Error("invalid byte sequence"), { code: "22021" });
    expect((await client.problem("GET /v1/tenants")).status).to.equal(400);
  });

  it("writes one line of a request, without token, query or body", async () => {
    await client.send("POST /v1/tenants/acme/suspend?whenBusy=queue", { json: { reason: "between us" } });
    expect(service.log).to.have.length(1);
    expect(JSON.parse(service.log.join(""))).to.deep.include({
      method: "POST",
      route: "/v1/tenants/{id}/suspend",
      path: "/v1/tenants/acme/suspend",
      status: 202,
      subject: "somebody",
    });
    for (const secret of [token, "between us", "whenBusy"])
      expect(service.log.join("")).to.not.include(secret);
  });

  it("counts requests by endpoint and status", async () => {
    const metrics = new ApiMetrics();
    client = new TestClient(service.api(issuer.url, { metrics }), token);
    await client.send("GET /v1/tenants/acme");
    await client.send("GET /v1/tenants/nobody");
    await client.send("GET /v1/what/ever");
    const text = await metrics.text();
    expect(text).to.include(
      'tenantry_http_requests_total{method="GET",route="/v1/tenants/{id}",status="200"} 1',
    );
    expect(text).to.include(
      'tenantry_http_requests_total{method="GET",route="/v1/tenants/{id}",status="404"} 1',
    );
    expect(text).to.include('tenantry_http_requests_total{method="GET",route="unmatched",status="404"} 1');
  });

  it("is alive in any case, and tells nobody of readiness and metrics", async () => {
    service.failure = new Error("gone");
    expect((await client.send("GET /healthz")).status).to.equal(200);
    for (const path of ["/readyz", "/metrics"])
      expect((await client.send(`GET ${path}`)).status).to.equal(404);
  });

  describe("rate limit", () => {
    const limited = () => service.api(issuer.url, { settings: { requestsPerWindow: 2, windowSeconds: 1 } });

    it("tells what is left, refuses what is more, and fills up again", async () => {
      client = new TestClient(limited(), token);
      const answers = [];
      for (let time = 0; time < 3; time += 1) answers.push(await client.send("GET /v1/tiers"));
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 429]);
      expect(answers[0]?.headers.get("RateLimit-Policy")).to.equal('"default";q=2;w=1');
      expect(answers[0]?.headers.get("RateLimit")).to.match(/^"default";r=1;t=\d$/);
      expect(answers[2]?.headers.get("RateLimit")).to.equal('"default";r=0;t=1');
      expect(answers[2]?.headers.get("Retry-After")).to.equal("1");
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect((await client.send("GET /v1/tiers")).status).to.equal(200);
    });

    it("is each subject's own", async () => {
      const app = limited();
      const [ada, grace] = await Promise.all(
        ["ada", "grace"].map(
          async (subject) => new TestClient(app, await issuer.token(["admin"], { subject })),
        ),
      );
      for (let time = 0; time < 3; time += 1) await ada?.send("GET /v1/tiers");
      expect((await ada?.send("GET /v1/tiers"))?.status).to.equal(429);
      expect((await grace?.send("GET /v1/tiers"))?.status).to.equal(200);
    });
  });

  describe("traces", () => {
    const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };

    afterEach(() => {
      trace.disable();
      context.disable();
      propagation.disable();
    });

    it("hands a caller's trace on, also where nobody records it", async () => {
      await client.send("POST /v1/tenants/acme/suspend", { headers });
      expect(service.started[0]?.origin.traceparent).to.equal(headers.traceparent);
    });

    it("has one span for a request, in the caller's trace, and hands it on to the operation", async () => {
      const exporter = new InMemorySpanExporter();
      const provider = new BasicTracerProvider();
      provider.addSpanProcessor(new SimpleSpanProcessor(exporter));
      trace.setGlobalTracerProvider(provider);
      await client.send("POST /v1/tenants/acme/suspend", { headers });
      const [span, ...others] = exporter.getFinishedSpans();
      expect(others).to.deep.equal([]);
      expect(span?.name).to.equal("POST /v1/tenants/{id}/suspend");
      expect(span?.parentSpanId).to.equal("00f067aa0ba902b7");
      expect(span?.attributes).to.include({
        "http.route": "/v1/tenants/{id}/suspend",
        "http.response.status_code": 202,
      });
      expect(service.started[0]?.origin.traceparent).to.equal(`00-${TRACE}-${span?.spanContext().spanId}-01`);
    });

    for (const bad of [
      "00-0-0-0",
      `ff-${TRACE}-00f067aa0ba902b7-01`,
      `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    ]) {
      it(`takes no notice of ${bad}`, async () => {
        await client.send("POST /v1/tenants/acme/suspend", { headers: { traceparent: bad } });
        expect(service.started[0]?.origin.traceparent).to.equal(undefined);
      });
    }
  });
});
