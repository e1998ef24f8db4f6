import type { ServerResponse } from "node:http";
import { expect } from "chai";
import { ApiProblem, ConnectionError } from "./errors";
import { type TestServer, json, startServer } from "./testing/server";
import { type TokenProvider, fixedToken } from "./tokens";
import { type TransportOptions, createTransport } from "./transport";

const PROBLEM = {
  type: "https://tenantry.dev/problems/tenant-busy",
  title: "Another operation is at work on the tenant",
  status: 409,
  detail: "operation op_1 is at work on tenant 'acme'",
  next: "wait for it",
  operationId: "op_1",
};

describe("the transport", () => {
  let server: TestServer | undefined;
  const start = async (answer: (response: ServerResponse, index: number) => void) => {
    server = await startServer((response, _, index) => answer(response, index));
    return server;
  };
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const transport = (options: Partial<TransportOptions> = {}) =>
    createTransport({ tokens: fixedToken("t0ken"), firstWaitMs: 1, ...options });
  const post = (url: string) => new Request(url, { method: "POST", body: '{"a":1}' });
  const keysOf = ({ got }: TestServer) => new Set(got.map(({ headers }) => headers["idempotency-key"]));

  it("shows its token", async () => {
    const { url, got } = await start((response) => json(response, 200, {}));
    await transport()(new Request(url));
    expect(got[0]?.headers.authorization).to.equal("Bearer t0ken");
    expect(got[0]?.headers).not.to.have.property("idempotency-key");
  });

  it("sends a change again after a 503, with the same key and body", async () => {
    const up = await start((response, index) => json(response, index < 2 ? 503 : 202, {}));
    expect((await transport()(post(up.url))).status).to.equal(202);
    expect(up.got.length).to.equal(3);
    expect(up.got.map(({ body }) => body)).to.deep.equal(Array(3).fill('{"a":1}'));
    expect([...keysOf(up)])
      .to.have.length(1)
      .and.not.include(undefined);
  });

  it("makes up another key for another request", async () => {
    const up = await start((response) => json(response, 202, {}));
    const send = transport();
    await send(post(up.url));
    await send(post(up.url));
    expect(keysOf(up).size).to.equal(2);
  });

  it("keeps a key that is given", async () => {
    const up = await start((response) => json(response, 202, {}));
    await transport()(new Request(up.url, { method: "POST", headers: { "Idempotency-Key": "mine" } }));
    expect([...keysOf(up)]).to.deep.equal(["mine"]);
  });

  it("waits as long as a 429 asks for", async () => {
    const { url } = await start((response, index) =>
      json(response, index === 0 ? 429 : 200, {}, { "retry-after": "1" }),
    );
    const waits: number[] = [];
    const began = Date.now();
    await transport({ onRetry: (_, waitMs) => waits.push(waitMs) })(new Request(url));
    expect(waits).to.deep.equal([1000]);
    expect(Date.now() - began).to.be.within(990, 3000);
  });

  it("does not wait for an hour", async () => {
    const { url, got } = await start((response) => json(response, 429, {}, { "retry-after": "3600" }));
    const error = await failure(transport()(new Request(url)));
    expect(error).to.be.instanceOf(ApiProblem).and.include({ status: 429 });
    expect(got.length).to.equal(1);
  });

  it("sends a change again where the connection broke before an answer came", async () => {
    const up = await start((response, index) => (index === 0 ? response.destroy() : json(response, 202, {})));
    expect((await transport()(post(up.url))).status).to.equal(202);
    expect(up.got.length).to.equal(2);
    expect(keysOf(up).size).to.equal(1);
  });

  it("gives up after five attempts", async () => {
    const { url, got } = await start((response) => json(response, 503, { ...PROBLEM, status: 503 }));
    const error = await failure(transport()(new Request(url)));
    expect(error).to.be.instanceOf(ApiProblem).and.include({ status: 503 });
    expect(got.length).to.equal(5);
  });

  it("says who cannot be reached, and why", async () => {
    const error = await failure(transport({ attempts: 2 })(new Request("http://127.0.0.1:1/v1")));
    expect(error).to.be.instanceOf(ConnectionError);
    expect(error.message).to.match(/^the API at http:\/\/127\.0\.0\.1:1 cannot be reached: /);
  });

  it("gives a problem as it is, and does not send the request again", async () => {
    const { url, got } = await start((response) => json(response, 409, PROBLEM));
    const error = await failure(transport()(post(url)));
    expect(error).to.be.instanceOf(ApiProblem);
    expect(error).to.include({
      type: "tenant-busy",
      status: 409,
      message: PROBLEM.detail,
      next: "wait for it",
    });
    expect(error).to.have.nested.property("document.operationId", "op_1");
    expect(got.length).to.equal(1);
  });

  it("makes a problem of an answer that is none", async () => {
    const { url } = await start((response) => response.writeHead(502).end("<html>"));
    expect(await failure(transport()(new Request(url)))).to.include({
      type: "about:blank",
      message: `${url}/ answered 502 Bad Gateway`,
    });
  });

  it("gets a new token where the old one is refused, once", async () => {
    const tokens = ["old", "new", "newer"];
    const provider: TokenProvider = {
      token: () => Promise.resolve(tokens[0] ?? ""),
      forget: () => void tokens.shift(),
    };
    const first = await start((response, index) => json(response, index === 0 ? 401 : 200, {}));
    await transport({ tokens: provider })(post(first.url));
    expect(first.got.map(({ headers }) => headers.authorization)).to.deep.equal(["Bearer old", "Bearer new"]);
    await first.close();
    const second = await start((response) => json(response, 401, { ...PROBLEM, status: 401 }));
    expect(await failure(transport({ tokens: provider })(post(second.url)))).to.include({ status: 401 });
    expect(second.got.length).to.equal(2);
  });

  it("gives up on an answer that does not come", async () => {
    const { url } = await start(() => undefined);
    const error = await failure(transport({ attempts: 1, timeoutMs: 50 })(new Request(url)));
    expect(error.message).to.include("cannot be reached: no answer within 50 ms");
  });

  it("tries no more where it is called off", async () => {
    const up = await start((response) => json(response, 503, {}));
    const off = new AbortController();
    const work = transport({ firstWaitMs: 60_000, onRetry: () => off.abort() })(
      new Request(up.url, { signal: off.signal }),
    );
    expect((await failure(work)).name).to.equal("AbortError");
    expect(up.got.length).to.equal(1);
  });
});

async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error("it went well");
}
