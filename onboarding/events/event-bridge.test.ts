import { type Server, createServer } from "node:http";
import { expect } from "chai";
import { z } from "zod";
import type { TenantEvent } from "../registry";
import { EVENT_SOURCE, EventBridgeBus } from "./event-bridge";

const requestSchema = z.object({
  Entries: z.array(
    z.object({ EventBusName: z.string(), Source: z.string(), DetailType: z.string(), Detail: z.string() }),
  ),
});

function eventOf(sequence: number, data: TenantEvent["data"] = {}): TenantEvent {
  const at = new Date("2026-01-01T00:00:00Z");
  return {
    id: `e${sequence}`,
    position: sequence,
    sequence,
    tenantId: "acme",
    type: "tenant.active",
    data,
    at,
  };
}

describe("a bus of EventBridge", function () {
  this.timeout(20_000);
  let server: Server;
  let bus: EventBridgeBus;
  let requests: z.infer<typeof requestSchema>[];
  /** Which entries of a request are refused, by the number of the request. */
  let refused: (request: number, entry: number) => boolean;

  before(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        const parsed = requestSchema.parse(JSON.parse(body));
        const number = requests.push(parsed) - 1;
        const entries = parsed.Entries.map((_, entry) =>
          refused(number, entry)
            ? { ErrorCode: "ThrottlingException", ErrorMessage: "Rate exceeded" }
            : { EventId: String(entry) },
        );
        const count = entries.filter((entry) => "ErrorCode" in entry).length;
        response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
        response.end(JSON.stringify({ FailedEntryCount: count, Entries: entries }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = z.object({ port: z.number() }).parse(server.address());
    bus = new EventBridgeBus("tenants", {
      region: "eu-central-1",
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
  });
  after(() => {
    bus.close();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    requests = [];
    refused = () => false;
  });

  const idSchema = z.object({ id: z.string() });
  const ids = () =>
    requests.map(({ Entries }) => Entries.map(({ Detail }) => idSchema.parse(JSON.parse(Detail)).id));

  it("says what happened as a webhook does", async () => {
    await bus.publish([eventOf(1, { host: "acme.example" })]);
    expect(requests).to.deep.equal([
      {
        Entries: [
          {
            EventBusName: "tenants",
            Source: EVENT_SOURCE,
            DetailType: "tenant.active",
            Detail:
              '{"id":"e1","type":"tenant.active","tenantId":"acme","sequence":1,' +
              '"at":"2026-01-01T00:00:00.000Z","data":{"host":"acme.example"}}',
          },
        ],
      },
    ]);
  });

  it("sends again from the first entry that is refused", async () => {
    refused = (request, entry) => request === 0 && entry === 1;
    await bus.publish([eventOf(1), eventOf(2), eventOf(3)]);
    expect(ids()).to.deep.equal([
      ["e1", "e2", "e3"],
      ["e2", "e3"],
    ]);
  });

  it("fails where an entry is refused again and again", async () => {
    refused = () => true;
    const error: unknown = await bus.publish([eventOf(1)]).catch((thrown: unknown) => thrown);
    expect(String(error)).to.include("bus 'tenants' refused 1 events: ThrottlingException Rate exceeded");
    expect(requests).to.have.length(4);
  });

  it("sends large events in requests of their own", async () => {
    const large = { text: "x".repeat(150_000) };
    await bus.publish([eventOf(1, large), eventOf(2, large), eventOf(3)]);
    expect(ids()).to.deep.equal([["e1"], ["e2", "e3"]]);
  });

  it("leaves the data out of one that no request takes", async () => {
    await bus.publish([eventOf(1, { text: "x".repeat(300_000) })]);
    expect(requests[0]?.Entries[0]?.Detail).to.match(/"data":\{"omittedBytes":300\d{3}\}\}$/);
  });
});
