import { expect } from "chai";
import { type TestIssuer, startIssuer } from "../auth/testing/issuer";
import { ApiMetrics } from "./metrics";
import { TestClient, readProblem } from "./testing/client";
import { FakeService, lineOf, operationOf } from "./testing/fakes";

const SETTINGS = { streamPollMs: 5, streamHeartbeatMs: 20, maxStreamsPerSubject: 2 };

describe("an operation's stream", () => {
  let issuer: TestIssuer;
  let token: string;
  let service: FakeService;
  let client: TestClient;
  let metrics: ApiMetrics;

  before(async () => {
    issuer = await startIssuer();
    token = await issuer.token(["auditor"]);
  });
  beforeEach(() => {
    service = new FakeService();
    metrics = new ApiMetrics();
    client = new TestClient(service.api(issuer.url, { settings: SETTINGS, metrics }), token);
    service.operations.set("op_live", operationOf("acme", { id: "op_live", status: "running" }));
    service.progress.set("op_live", [lineOf(1)]);
  });
  after(() => issuer.close());

  const open = (id: string, lastEventId?: number) =>
    client.send(`GET /v1/operations/${id}/stream`, {
      headers: lastEventId === undefined ? {} : { "Last-Event-ID": String(lastEventId) },
    });

  const idsIn = (text: string): string[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id ?? "");

  const later = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, milliseconds));

  const add = (...lines: ReturnType<typeof lineOf>[]): void => {
    service.progress.set("op_live", [...(service.progress.get("op_live") ?? []), ...lines]);
  };

  it("tells everything of an operation that has ended, and ends", async () => {
    const response = await open("op_acme");
    expect(response.headers.get("Content-Type")).to.match(/^text\/event-stream/);
    expect(response.headers.get("X-Request-Id")).to.be.a("string");
    const text = await response.text();
    expect(text.split("\n\n")[0]?.split("\n")).to.have.members([
      "id: 1",
      "event: step",
      'data: {"at":"2026-03-01T12:00:00.000Z","data":{"step":"step 1"}}',
    ]);
    expect(idsIn(text)).to.deep.equal(["1", "2", "3"]);
  });

  it("goes on behind the last event that was read", async () => {
    expect(idsIn(await (await open("op_acme", 2)).text())).to.deep.equal(["3"]);
  });

  it("tells a client that has read everything not to come again", async () => {
    expect((await open("op_acme", 3)).status).to.equal(204);
  });

  it("tells lines as they come, with signs of life between, none twice", async () => {
    const text = (await open("op_live")).text();
    await later(60);
    add(lineOf(2), lineOf(3));
    await later(30);
    add(lineOf(4, "end"));
    expect(idsIn(await text)).to.deep.equal(["1", "2", "3", "4"]);
    expect(await text).to.include(": alive\n\n");
  });

  it("outlasts a database that is gone for a while", async () => {
    const text = (await open("op_live")).text();
    await later(20);
    service.failure = Object.assign(new Error("gone"), { code: "ECONNREFUSED" });
    await later(30);
    service.failure = undefined;
    add(lineOf(2, "end"));
    expect(idsIn(await text)).to.deep.equal(["1", "2"]);
  });

  it("ends with an operation that ends without a last line", async () => {
    const text = (await open("op_live")).text();
    service.operations.set("op_live", operationOf("acme", { id: "op_live", status: "cancelled" }));
    expect(idsIn(await text)).to.deep.equal(["1"]);
  });

  it("ends with the token", async () => {
    client = new TestClient(
      service.api(issuer.url, { settings: SETTINGS }),
      await issuer.token(["auditor"], { expiresIn: 1 }),
    );
    expect(idsIn(await (await open("op_live")).text())).to.deep.equal(["1"]);
  });

  it("ends when the service does", async () => {
    const closing = new AbortController();
    client = new TestClient(service.api(issuer.url, { settings: SETTINGS, closing: closing.signal }), token);
    const text = (await open("op_live")).text();
    await later(20);
    closing.abort();
    expect(idsIn(await text)).to.deep.equal(["1"]);
  });

  it("has a limit of open streams for each subject, and frees one whose client goes away", async () => {
    const streams = [await open("op_live"), await open("op_live")];
    const refused = await client.send("GET /v1/operations/op_live/stream");
    expect(refused.headers.get("Retry-After")).to.equal("5");
    const { status, detail } = await readProblem(refused);
    expect([status, detail]).to.deep.equal([429, "2 streams are open: expected at most 2 at once"]);
    await streams[0]?.body?.cancel();
    await later(20);
    const third = await open("op_live");
    expect(third.status).to.equal(200);
    await Promise.all([streams[1]?.body?.cancel(), third.body?.cancel()]);
  });

  it("opens nothing for HEAD", async () => {
    for (let time = 0; time < 3; time += 1) {
      expect((await client.send("HEAD /v1/operations/op_live/stream")).status).to.equal(200);
    }
    expect(await metrics.text()).to.include("tenantry_http_streams_open 0");
  });
});
