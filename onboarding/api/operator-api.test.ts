import { PassThrough } from "node:stream";
import { expect } from "chai";
import pino from "pino";
import type { HealthCheck } from "./dependencies";
import { ApiMetrics } from "./metrics";
import { createOperatorApi } from "./operator-api";

describe("the operators' API", () => {
  const GOOD: readonly HealthCheck[] = [{ name: "database", ok: true }];
  const log: string[] = [];
  let asked: number;
  let check: () => Promise<readonly HealthCheck[]>;
  let collect: () => Promise<string>;

  beforeEach(() => {
    asked = 0;
    check = () => Promise.resolve(GOOD);
    collect = () => Promise.resolve("tenants 3\n");
  });

  const app = (patienceMs?: number) => {
    const sink = new PassThrough();
    sink.on("data", (line: Buffer) => log.push(line.toString()));
    const counting = <T>(work: () => Promise<T>): Promise<T> => {
      asked += 1;
      return work();
    };
    return createOperatorApi({
      health: { check: () => counting(check) },
      metrics: new ApiMetrics(),
      collect: () => counting(collect),
      logger: pino(sink),
      patienceMs,
    });
  };

  it("is ready when all parts are there", async () => {
    const response = await app().request("/readyz");
    expect([response.status, await response.json()]).to.deep.equal([200, { status: "ok", checks: GOOD }]);
  });

  it("is not ready when one is not", async () => {
    const checks = [...GOOD, { name: "cell", ok: false, detail: "no cell answers" }] as const;
    check = () => Promise.resolve(checks);
    const response = await app().request("/readyz");
    expect([response.status, await response.json()]).to.deep.equal([503, { status: "unavailable", checks }]);
  });

  it("is not ready when it cannot tell", async () => {
    check = () => Promise.reject(new Error("gone"));
    const response = await app().request("/readyz");
    expect([response.status, await response.json()]).to.deep.equal([
      503,
      { status: "unavailable", checks: [{ name: "database", ok: false, detail: "gone" }] },
    ]);
  });

  it("waits for its parts only so long", async () => {
    check = () => new Promise(() => undefined);
    expect(await (await app(20).request("/readyz")).text()).to.include("no answer in 20 ms");
  });

  it("adds what the registry tells to what it measured itself", async () => {
    const text = await (await app().request("/metrics")).text();
    expect(text).to.include("tenants 3\n").and.include("tenantry_registry_up 1\n");
  });

  it("tells what it measured itself while the registry tells nothing", async () => {
    collect = () => Promise.reject(new Error("gone"));
    const response = await app().request("/metrics");
    expect(response.status).to.equal(200);
    expect(await response.text())
      .to.include("tenantry_http_streams_open 0")
      .and.include("tenantry_registry_up 0\n");
  });

  for (const path of ["/readyz", "/metrics"]) {
    it(`asks once however often ${path} is asked`, async () => {
      const api = app();
      await Promise.all(Array.from({ length: 50 }, async () => api.request(path)));
      await api.request(path);
      expect(asked).to.equal(1);
    });
  }

  it("is alive in any case", async () => {
    expect((await app().request("/healthz")).status).to.equal(200);
  });
});
