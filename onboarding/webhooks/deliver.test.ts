import type { ServerResponse } from "node:http";
import { expect } from "chai";
import { ProblemError } from "../lifecycle";
import { DeliveryError, type DeliverOptions, deliver } from "./deliver";
import { SIGNATURE_HEADER, verify } from "./signature";
import type { ResolvedAddress } from "./target";
import { CERTIFICATE } from "./testing/certificate";
import { LOOPBACK, type Receiver, delivery, startReceiver } from "./testing/receiver";

const METADATA: ResolvedAddress = { address: "169.254.169.254", family: 4 };
const HERE: ResolvedAddress = { address: "127.0.0.1", family: 4 };

describe("a delivery", () => {
  const receivers: Receiver[] = [];
  const start = async (...args: Parameters<typeof startReceiver>) => {
    const receiver = await startReceiver(...args);
    receivers.push(receiver);
    return receiver;
  };
  afterEach(() => Promise.all(receivers.splice(0).map((receiver) => receiver.close())));

  /** What a delivery to a receiver that answers so ends with. */
  const failure = async (answer: (response: ServerResponse) => void, options: DeliverOptions = {}) => {
    const { port } = await start(answer);
    return rejected(deliver(delivery(`http://127.0.0.1:${port}/in`), { ...LOOPBACK, ...options }));
  };

  it("posts the event with its id, its type and a signature that verifies", async () => {
    const { port, received } = await start();
    await deliver(delivery(`http://127.0.0.1:${port}/in?from=tenantry`), LOOPBACK);
    const [request] = received;
    expect(received.length).to.equal(1);
    expect(request?.method).to.equal("POST");
    expect(request?.url).to.equal("/in?from=tenantry");
    expect(request?.headers).to.include({
      "content-type": "application/json",
      "user-agent": "Tenantry-Webhooks/1",
      "tenantry-event-id": "evt_acme_1",
      "tenantry-event-type": "tenant.active",
      "tenantry-webhook-id": "whk_1",
    });
    const header = String(request?.headers[SIGNATURE_HEADER.toLowerCase()]);
    verify({ header, body: request?.body ?? "", secrets: ["whsec_1"] });
    expect(JSON.parse(request?.body ?? "")).to.deep.equal({
      id: "evt_acme_1",
      type: "tenant.active",
      tenantId: "acme",
      operationId: "op_1",
      sequence: 1,
      at: "2026-01-02T03:04:05.678Z",
      data: { hostName: "acme.example.com" },
    });
  });

  it("fails where the answer is not 2xx", async () => {
    const error = await failure((response) => response.writeHead(500).end("sorry, secret"));
    expect(error).to.be.instanceOf(DeliveryError);
    expect(error.message).to.equal("the receiver answered 500: expected 2xx");
  });

  it("follows no redirect, to the metadata service least of all", async () => {
    const elsewhere = await start();
    for (const location of [
      `http://127.0.0.1:${elsewhere.port}/`,
      "http://169.254.169.254/latest/meta-data/",
    ]) {
      const error = await failure((response) => response.writeHead(307, { location }).end());
      expect(error.message).to.equal("the receiver answered 307: expected 2xx, redirects are not followed");
    }
    expect(elsewhere.received).to.deep.equal([]);
  });

  it("gives up on a receiver that does not answer in time", async () => {
    const began = Date.now();
    const error = await failure(() => undefined, { timeoutMs: 150 });
    expect(error.message).to.equal("the receiver took longer than 150 ms");
    expect(Date.now() - began).to.be.within(140, 2000);
  });

  it("gives up on a name that is not resolved in time", async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const error = await rejected(
      deliver(delivery("https://hooks.example.com/"), { resolve, timeoutMs: 100 }),
    );
    expect(error.message).to.equal("the receiver took longer than 100 ms");
  });

  it("says that nobody is there", async () => {
    const { port } = await start();
    await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
    const error = await rejected(deliver(delivery(`http://127.0.0.1:${port}/`), LOOPBACK));
    expect(error).to.be.instanceOf(DeliveryError);
    expect(error.message).to.include("cannot be reached: connect ECONNREFUSED");
  });

  it("reads no endless answer", async () => {
    let written = 0;
    const { port } = await start((response) => {
      const chunk = Buffer.alloc(16 * 1024);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
        written += chunk.length;
      };
      response.on("drain", more);
      more();
    });
    await deliver(delivery(`http://127.0.0.1:${port}/`), { ...LOOPBACK, timeoutMs: 5000 });
    const atReturn = written;
    await new Promise((resolve) => setTimeout(resolve, 100));
    // What the sockets' buffers hold is written, too; an answer that was read on would grow by gigabytes.
    expect(written - atReturn).to.be.below(16 * 1024 * 1024);
  });

  it("is a success once 2xx is there, however long the rest of the answer takes", async () => {
    const { port, received } = await start((response) => response.writeHead(202).write("slowly"));
    await deliver(delivery(`http://127.0.0.1:${port}/`), { ...LOOPBACK, timeoutMs: 150 });
    expect(received.length).to.equal(1);
  });

  it("is refused without a connection where the address is not allowed", async () => {
    const { port, received } = await start();
    const error = await rejected(
      deliver(delivery(`http://127.0.0.1:${port}/`), { ...LOOPBACK, allowPrivate: [] }),
    );
    expect(error).to.be.instanceOf(ProblemError);
    expect(received).to.deep.equal([]);
  });
});

describe("a delivery to a name", () => {
  let receiver: Receiver;
  const options = { ...LOOPBACK, certificateAuthorities: [CERTIFICATE.cert] };
  const toHooks = (port: number) => delivery(`https://hooks.example.com:${port}/`);

  beforeEach(async () => {
    receiver = await startReceiver(undefined, CERTIFICATE);
  });
  afterEach(() => receiver.close());

  it("goes to the address that was checked, with the name's certificate", async () => {
    await deliver(toHooks(receiver.port), { ...options, resolve: () => Promise.resolve([HERE]) });
    expect(receiver.received.map(({ headers }) => headers.host)).to.deep.equal([
      `hooks.example.com:${receiver.port}`,
    ]);
  });

  it("asks for the name once: what it stands for a moment later changes nothing", async () => {
    const answers = [[HERE], [METADATA], [METADATA]];
    let asked = 0;
    const resolve = () => Promise.resolve(answers[asked++] ?? []);
    await deliver(toHooks(receiver.port), { ...options, resolve });
    expect(asked).to.equal(1);
    expect(receiver.received.length).to.equal(1);
  });

  it("is refused at the next delivery where it has come to stand for something inside", async () => {
    const answers = [[HERE], [METADATA]];
    let asked = 0;
    const resolve = () => Promise.resolve(answers[asked++] ?? []);
    await deliver(toHooks(receiver.port), { ...options, resolve });
    const error = await rejected(deliver(toHooks(receiver.port), { ...options, resolve }));
    expect(error.message).to.include("kind 'linkLocal'");
    expect(receiver.received.length).to.equal(1);
  });

  it("fails where the certificate is another name's", async () => {
    const resolve = () => Promise.resolve([HERE]);
    const other = delivery(`https://other.example.com:${receiver.port}/`);
    const error = await rejected(deliver(other, { ...options, resolve }));
    expect(error.message).to.include("Hostname/IP does not match certificate's altnames");
    expect(receiver.received).to.deep.equal([]);
  });

  it("fails where nobody vouches for the certificate", async () => {
    const resolve = () => Promise.resolve([HERE]);
    const error = await rejected(deliver(toHooks(receiver.port), { ...LOOPBACK, resolve }));
    expect(error.message).to.include("self-signed certificate");
  });

  it("tries its other addresses where the first does not answer", async () => {
    const nobody: ResolvedAddress = { address: "127.0.0.2", family: 4 };
    await deliver(toHooks(receiver.port), { ...options, resolve: () => Promise.resolve([nobody, HERE]) });
    expect(receiver.received.length).to.equal(1);
  });
});

async function rejected(work: Promise<void>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error("it was delivered");
}
