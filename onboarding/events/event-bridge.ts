import { setTimeout as sleep } from "node:timers/promises";
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { type AwsAccess, clientConfig, paced } from "../account/clients";
import type { TenantEvent } from "../registry";
import { eventBody } from "../webhooks";
import type { EventBus } from "./bus";

/** Source of the events, for rules to match. */
export const EVENT_SOURCE = "tenantry.onboarding";

/**
 * Bytes of one request, with room for what the entries are wrapped in; EventBridge takes 256 KB.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
const REQUEST_BYTES = 200_000;

/** How often what was refused is sent again before the publisher pauses. */
const ATTEMPTS = 4;

const RETRY_MS = 200;

/** A bus of Amazon EventBridge. */
export class EventBridgeBus implements EventBus {
  private readonly client: EventBridgeClient;

  /** @param bus its name or ARN */
  constructor(
    private readonly bus: string,
    access: AwsAccess = {},
  ) {
    this.client = paced(new EventBridgeClient(clientConfig(access)), "eventbridge", access);
  }

  async publish(events: readonly TenantEvent[]): Promise<void> {
    let request: PutEventsRequestEntry[] = [];
    let bytes = 0;
    for (const event of events) {
      const entry = this.entryOf(event);
      const size = Buffer.byteLength(entry.Detail);
      if (request.length > 0 && bytes + size > REQUEST_BYTES) {
        await this.put(request);
        [request, bytes] = [[], 0];
      }
      request.push(entry);
      bytes += size;
    }
    if (request.length > 0) await this.put(request);
  }

  /** Gives the connections back. */
  close(): void {
    this.client.destroy();
  }

  /** From the first that is refused, all are sent again: one that was taken comes twice, but none before its turn. */
  private async put(entries: readonly PutEventsRequestEntry[]): Promise<void> {
    let left = entries;
    for (let attempt = 1; ; attempt++) {
      const { Entries: results = [] } = await this.client.send(new PutEventsCommand({ Entries: [...left] }));
      const refused = results.findIndex(({ ErrorCode }) => ErrorCode !== undefined);
      if (refused === -1) return;
      const { ErrorCode, ErrorMessage } = results[refused] ?? {};
      left = left.slice(refused);
      if (attempt === ATTEMPTS) {
        throw new Error(`bus '${this.bus}' refused ${left.length} events: ${ErrorCode} ${ErrorMessage}`);
      }
      await sleep(RETRY_MS * 2 ** attempt);
    }
  }

  private entryOf(event: TenantEvent) {
    const detail = eventBody(event);
    const size = Buffer.byteLength(detail);
    return {
      EventBusName: this.bus,
      Source: EVENT_SOURCE,
      DetailType: event.type,
      Time: event.at,
      // One that no request takes would hold up all behind it; who needs its data asks the API.
      Detail: size <= REQUEST_BYTES ? detail : eventBody({ ...event, data: { omittedBytes: size } }),
    };
  }
}
