import type { ServerResponse } from "node:http";
import { expect } from "chai";
import { ApiProblem, ConnectionError } from "./errors";
import { type TestServer, json, startServer } from "./testing/server";
import { fixedToken } from "./tokens";
import { createTransport } from "./transport";
import { type WatchOptions, type WatchedProgress, watchStream } from "./watch";

const AT = "2026-01-02T03:04:05.678Z";

describe("an operation's stream", () => {
  let server: TestServer | undefined;
  const start = async (answer: (response: ServerResponse, index: number) => void) => {
    server = await startServer((response, _, index) => answer(response, index));
    return server;
  };
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const transport = createTransport({ tokens: fixedToken("t"), firstWaitMs: 1, attempts: 2 });
  const all = async (url: string, options: WatchOptions = {}) => {
    const lines: WatchedProgress[] = [];
    for await (const line of watchStream(url, transport, { waitMs: 1, ...options })) lines.push(line);
    return lines;
  };
  const begin = (response: ServerResponse) =>
    response.writeHead(200, { "content-type": "text/event-stream" });
  const line = (sequence: number, kind = "step") =>
    `id: ${sequence}\nevent: ${kind}\ndata: {"at":"${AT}","data":{"n":${sequence}}}\n\n`;

  it("is told line by line, to its end", async () => {
    const { url, got } = await start((response) => {
      begin(response).write(`: hello\n\n${line(1)}${line(2, "resource").slice(0, 20)}`);
      setTimeout(() => response.write(line(2, "resource").slice(20) + line(3, "end")), 10);
    });
    expect(await all(url)).to.deep.equal([
      { sequence: 1, kind: "step", at: AT, data: { n: 1 } },
      { sequence: 2, kind: "resource", at: AT, data: { n: 2 } },
      { sequence: 3, kind: "end", at: AT, data: { n: 3 } },
    ]);
    expect(got[0]?.headers).to.include({ accept: "text/event-stream", authorization: "Bearer t" });
    expect(got[0]?.headers).not.to.have.property("last-event-id");
  });

  it("goes on where it broke, without a gap and without a line told twice", async () => {
    const { url, got } = await start((response, index) => {
      if (index === 0) begin(response).write(line(1) + line(2), () => response.destroy());
      else if (index === 1) response.destroy();
      else begin(response).end(line(2) + line(3) + line(4, "end"));
    });
    expect((await all(url)).map(({ sequence }) => sequence)).to.deep.equal([1, 2, 3, 4]);
    expect(got.map(({ headers }) => headers["last-event-id"])).to.deep.equal([undefined, "2", "2"]);
  });

  it("ends where the API says that there is no more", async () => {
    const { url, got } = await start((response, index) => {
      if (index === 0) begin(response).end(line(1));
      else response.writeHead(204).end();
    });
    expect((await all(url)).map(({ sequence }) => sequence)).to.deep.equal([1]);
    expect(got.map(({ headers }) => headers["last-event-id"])).to.deep.equal([undefined, "1"]);
  });

  it("is begun behind the line that is asked for", async () => {
    const { url, got } = await start((response) => begin(response).end(line(8, "end")));
    await all(url, { after: 7 });
    expect(got[0]?.headers["last-event-id"]).to.equal("7");
  });

  it("connects again where nothing comes, not even a sign of life", async () => {
    const { url, got } = await start((response, index) => {
      if (index === 0) begin(response).write(line(1));
      else begin(response).end(line(2, "end"));
    });
    expect((await all(url, { silenceMs: 40 })).map(({ sequence }) => sequence)).to.deep.equal([1, 2]);
    expect(got.length).to.equal(2);
  });

  it("is kept by signs of life", async () => {
    const { url, got } = await start((response) => {
      begin(response).write(line(1));
      const beat = setInterval(() => response.write(": still here\n\n"), 15);
      setTimeout(() => {
        clearInterval(beat);
        response.end(line(2, "end"));
      }, 150);
    });
    expect((await all(url, { silenceMs: 100 })).length).to.equal(2);
    expect(got.length).to.equal(1);
  });

  it("is given up where it breaks again and again", async () => {
    const { url, got } = await start((response) => begin(response).end(": nothing\n\n"));
    const error: unknown = await all(url, { reconnects: 3 }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ConnectionError);
    expect(got.length).to.equal(4);
  });

  it("ends with the problem where there is no such operation", async () => {
    const problem = { type: "https://tenantry.dev/problems/not-found", title: "t", status: 404, detail: "d" };
    const { url } = await start((response) => json(response, 404, problem));
    const error: unknown = await all(url).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ApiProblem).and.include({ type: "not-found" });
  });

  it("ends where it is called off", async () => {
    const { url } = await start((response) => void begin(response).write(line(1)));
    const off = new AbortController();
    setTimeout(() => off.abort(), 30);
    const error: unknown = await all(url, { signal: off.signal }).catch((thrown: unknown) => thrown);
    expect(error).to.have.property("name", "AbortError");
  });

  it("is let go where its reader has had enough", async () => {
    let closed = false;
    const { url } = await start((response) => {
      begin(response).write(line(1));
      response.on("close", () => (closed = true));
    });
    for await (const _ of watchStream(url, transport)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(closed).to.equal(true);
  });
});
