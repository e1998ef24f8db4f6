import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type TestIssuer, startIssuer } from "../auth/testing/issuer";
import { type ApiServer, serveApi } from "./server";
import type { ApiSettings } from "./settings";
import { readProblem } from "./testing/client";
import { FakeService, lineOf, operationOf, specOf } from "./testing/fakes";

describe("the API behind a socket", () => {
  let issuer: TestIssuer;
  let token: string;
  let service: FakeService;
  let server: ApiServer;
  let url: string;

  before(async () => {
    issuer = await startIssuer();
    token = await issuer.token(["admin"]);
  });
  beforeEach(async () => {
    service = new FakeService();
    const settings = { streamPollMs: 5, maxStreamsPerSubject: 1 };
    server = await serveApi(service.api(issuer.url, { settings }), { host: "127.0.0.1", port: 0 });
    url = `http://127.0.0.1:${server.port}`;
  });
  afterEach(() => server.close(0));
  after(() => issuer.close());

  /** Sends bytes as they are, and reads until the server hangs up. */
  const exchange = (bytes: string, end = false): Promise<string> =>
    new Promise((resolve, reject) => {
      let answer = "";
      const socket = connect(
        server.port,
        "127.0.0.1",
        () => void (end ? socket.end(bytes) : socket.write(bytes)),
      );
      socket.on("data", (chunk) => (answer += chunk.toString()));
      socket.on("error", reject);
      socket.on("close", () => resolve(answer));
    });

  const send = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...init.headers },
    });

  it("tells the registry where a request came from", async () => {
    await send("/v1/tenants", { method: "POST", body: JSON.stringify(specOf("initech")) });
    expect(service.started[0]?.origin.address).to.equal("127.0.0.1");
  });

  it("believes no X-Forwarded-For unless told which proxies there are", async () => {
    await send("/v1/tenants/acme/suspend", { method: "POST", headers: { "X-Forwarded-For": "10.9.9.9" } });
    expect(service.started[0]?.origin.address).to.equal("127.0.0.1");
  });

  for (const [trusted, trustedProxies, address] of [
    ["a proxy that it trusts", ["127.0.0.0/8"], "10.9.9.9"],
    ["a proxy that it trusts behind another", ["127.0.0.1/32", "10.9.9.0/24"], "6.6.6.6"],
    ["nobody that it trusts", ["10.0.0.0/8"], "127.0.0.1"],
  ] as const) {
    it(`takes a forwarded address from ${trusted} as ${address}`, async () => {
      await server.close(0);
      const app = service.api(issuer.url, { settings: { trustedProxies } });
      server = await serveApi(app, { host: "127.0.0.1", port: 0 });
      url = `http://127.0.0.1:${server.port}`;
      const headers = { "X-Forwarded-For": "1.1.1.1, 6.6.6.6, 10.9.9.9" };
      await send("/v1/tenants/acme/suspend", { method: "POST", headers });
      expect(service.started[0]?.origin.address).to.equal(address);
    });
  }

  it("refuses a body that is too large, and lives", async () => {
    const response = await send("/v1/tenants", { method: "POST", body: "x".repeat(5_000_000) });
    expect((await readProblem(response)).status).to.equal(413);
    expect((await send("/v1/tiers")).status).to.equal(200);
  });

  it("refuses a body that grows too large without having said so", async () => {
    const chunk = "a".repeat(0x4000);
    const body = `4000\r\n${chunk}\r\n`.repeat(5);
    const answer = await exchange(
      `POST /v1/tenants HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${body}0\r\n\r\n`,
    );
    expect(answer).to.match(/^HTTP\/1.1 413 /);
  });

  it("outlives a client that goes away in the middle of its body", async () => {
    await exchange(
      `POST /v1/tenants HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"id":`,
      true,
    );
    expect(service.started).to.deep.equal([]);
    expect((await send("/v1/tiers")).status).to.equal(200);
  });

  for (const [name, request, status] of [
    ["no HTTP", "hello\r\n\r\n", 400],
    ["headers without end", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    ["no Host", "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    ["a bad Host", "GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", 400],
    ["OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400],
  ] as const) {
    it(`tells of ${name} with a problem document and an id that is in the log`, async () => {
      const logged: object[] = [];
      await server.close(0);
      const log = { info: (what: object) => void logged.push(what) };
      server = await serveApi(service.api(issuer.url), { host: "127.0.0.1", port: 0, log });
      const [head = "", body = ""] = (await exchange(request)).split("\r\n\r\n");
      const requestId = /^x-request-id: (.*)$/im.exec(head)?.[1];
      expect(head)
        .to.match(new RegExp(`^HTTP/1.1 ${status} `))
        .and.match(/^content-type: application\/problem\+json/im);
      expect(JSON.parse(body)).to.include({ status, instance: `urn:tenantry:request:${requestId}` });
      expect(logged).to.have.length(1);
      expect(logged[0]).to.include({ requestId, status });
    });
  }

  for (const [name, request, status] of [
    ["no HTTP", "hello\r\n\r\n", 400],
    ["headers without end", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    ["a TRACE", "TRACE /v1/tiers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 401],
    ["a TRACE of the liveness", "TRACE /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405],
    ["no Host", "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    ["a bad Host", "GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", 400],
    ["a path of dots", "GET /v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404],
    [
      "two lengths",
      "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      400,
    ],
  ] as const) {
    it(`answers ${name} with ${status}`, async () => {
      expect((await exchange(request)).split("\r\n")[0]).to.match(new RegExp(`^HTTP/1.1 ${status} `));
    });
  }

  for (const [name, rest] of [
    ["headers", ""],
    ["a body", "Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{"],
  ] as const) {
    it(`does not wait for a client that is slow with ${name}`, async () => {
      await server.close(0);
      const timeouts = { headersTimeout: 200, requestTimeout: 300, connectionsCheckingInterval: 50 };
      server = await serveApi(service.api(issuer.url), { host: "127.0.0.1", port: 0, timeouts });
      const begun = Date.now();
      await exchange(`POST /v1/tenants HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${rest}`);
      expect(Date.now() - begun).to.be.within(150, 2_000);
    });
  }

  it("frees a stream whose client goes away", async () => {
    service.operations.set("op_live", operationOf("acme", { id: "op_live", status: "running" }));
    service.progress.set("op_live", [lineOf(1)]);
    const leave = new AbortController();
    const first = await send("/v1/operations/op_live/stream", { signal: leave.signal });
    expect(first.status).to.equal(200);
    expect((await send("/v1/operations/op_live/stream")).status).to.equal(429);
    leave.abort();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const again = new AbortController();
    expect((await send("/v1/operations/op_live/stream", { signal: again.signal })).status).to.equal(200);
    again.abort();
  });

  describe("with clients that read nothing", () => {
    const clients: Socket[] = [];
    afterEach(() => clients.splice(0).forEach((socket) => socket.destroy()));

    /** Sends requests and never reads an answer. */
    const ask = async (requests: string): Promise<Socket> => {
      const socket = connect(server.port, "127.0.0.1");
      clients.push(socket);
      socket.pause();
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.write(requests);
      return socket;
    };

    /** Whether no connection is open any more. */
    const allGone = async (): Promise<boolean> => {
      const begun = Date.now();
      await server.close(3_000);
      return Date.now() - begun < 2_000;
    };

    const serve = async (settings: Partial<ApiSettings>, timeout: number): Promise<void> => {
      await server.close(0);
      const app = service.api(issuer.url, { settings });
      server = await serveApi(app, { host: "127.0.0.1", port: 0, timeouts: { timeout } });
      url = `http://127.0.0.1:${server.port}`;
    };

    afterEach(async () => {
      // Some of these have closed it already.
      await server.close(0).catch(() => undefined);
      server = await serveApi(service.api(issuer.url), { host: "127.0.0.1", port: 0 });
    });

    it("hangs up on one without a token", async () => {
      await serve({}, 300);
      const socket = await ask("GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(40));
      const closed = once(socket, "close");
      await sleep(2_000);
      let answers = 0;
      socket.on("data", (chunk) => (answers += chunk.toString("latin1").split("HTTP/1.1 200 OK").length - 1));
      socket.resume();
      await closed;
      expect(answers).to.be.below(40);
    });

    it("hangs up on a stream's, and only then has room for another stream", async () => {
      await serve({ streamStallMs: 300, maxStreamsPerSubject: 1 }, 60_000);
      const data = { text: "x".repeat(100_000) };
      service.operations.set("op_live", operationOf("acme", { id: "op_live", status: "running" }));
      service.progress.set(
        "op_live",
        Array.from({ length: 200 }, (_, index) => ({ ...lineOf(index + 1), data })),
      );
      const path = "/v1/operations/op_live/stream";
      await ask(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
      await sleep(150);
      expect((await send(path)).status).to.equal(429);
      await sleep(1_000);
      expect(service.log.join("")).to.include("reads nothing");
      expect(await allGone()).to.equal(true);
    });

    it("leaves a stream alone that reads, and only has nothing to tell", async () => {
      await serve({ streamPollMs: 5, streamHeartbeatMs: 50 }, 200);
      service.operations.set("op_live", operationOf("acme", { id: "op_live", status: "running" }));
      service.progress.set("op_live", [lineOf(1)]);
      const stream = await send("/v1/operations/op_live/stream");
      const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
      const begun = Date.now();
      let text = "";
      while (Date.now() - begun < 700) text += (await reader?.read())?.value ?? "";
      expect(text.split(": alive")).to.have.length.above(5);
      await reader?.cancel();
      await server.close(0);
    });
  });

  it("has no more connections at once than it may", async () => {
    await server.close(0);
    server = await serveApi(service.api(issuer.url), { host: "127.0.0.1", port: 0, maxConnections: 2 });
    const sockets = [1, 2].map(() => connect(server.port, "127.0.0.1"));
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    expect(await exchange("")).to.equal("");
    sockets.forEach((socket) => socket.destroy());
    await sleep(50);
    url = `http://127.0.0.1:${server.port}`;
    expect((await send("/healthz")).status).to.equal(200);
  });

  it("finishes what is under way when it closes, and takes nothing new", async () => {
    service.plan = { status: "running" };
    await server.close(0);
    server = await serveApi(service.api(issuer.url, { settings: { planWaitMs: 150, planPollMs: 10 } }), {
      host: "127.0.0.1",
      port: 0,
    });
    url = `http://127.0.0.1:${server.port}`;
    const pending = send("/v1/tenants/acme/repair?dryRun=true", { method: "POST" });
    await new Promise((resolve) => setTimeout(resolve, 60));
    const closed = server.close();
    expect((await pending).status).to.equal(202);
    await closed;
    const refused = await send("/v1/tiers").then(
      () => "answered",
      () => "refused",
    );
    expect(refused).to.equal("refused");
    server = await serveApi(service.api(issuer.url), { host: "127.0.0.1", port: 0 });
  });
});
