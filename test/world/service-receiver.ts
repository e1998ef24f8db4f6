import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { SIGNATURE_HEADER, verify } from "../../onboarding/webhooks";

const eventSchema = z.object({
  id: z.string(),
  type: z.string(),
  tenantId: z.string(),
  sequence: z.int(),
});

/** An event as a webhook brought it. */
export type ReceivedEvent = z.output<typeof eventSchema>;

/** Where a webhook sends to: on loopback, and strict about signatures. */
export class EventReceiver {
  /** Every delivery whose signature was right, in the order they came, repetitions among them. */
  readonly received: ReceivedEvent[] = [];
  /** What was wrong with the others. */
  readonly refused: string[] = [];
  /** The webhook's secret, once it is known. */
  secret = "";

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  /** Opens one on a port of its own. */
  static async open(): Promise<EventReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = z.object({ port: z.int() }).parse(server.address());
    const receiver = new EventReceiver(server, port);
    server.on("request", (request, response) => {
      void text(request).then((body) => {
        response.statusCode = receiver.take(request.headers[SIGNATURE_HEADER.toLowerCase()], body);
        response.end();
      });
    });
    return receiver;
  }

  /** The address to give to the service. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/events`;
  }

  /** A tenant's events in the order in which each came first. */
  firstArrivals(tenantId: string): ReceivedEvent[] {
    const seen = new Set<string>();
    return this.received.filter((event) => {
      if (event.tenantId !== tenantId || seen.has(event.id)) return false;
      seen.add(event.id);
      return true;
    });
  }

  /** Closes it. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(header: string | string[] | undefined, body: string): number {
    try {
      verify({ header: [header].flat()[0], body, secrets: [this.secret] });
      this.received.push(eventSchema.parse(JSON.parse(body)));
      return 204;
    } catch (error) {
      this.refused.push(error instanceof Error ? error.message : String(error));
      return 400;
    }
  }
}
