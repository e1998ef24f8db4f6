import * as http from "node:http";
import * as https from "node:https";
import { text } from "node:stream/consumers";
import type { TenantEvent, Webhook } from "../../registry/types";
import type { ClaimedDelivery } from "../dispatcher";
import type { DeliverOptions } from "../deliver";

/** A request that a receiver got. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A webhook's receiver on this machine's loopback. */
export interface Receiver {
  readonly port: number;
  /** Every request, in the order they came. */
  readonly received: Received[];
  close(): Promise<void>;
}

/** The rules under which a receiver on loopback may be sent to. */
export const LOOPBACK: DeliverOptions = {
  allowInsecure: true,
  allowPrivate: ["127.0.0.0/8"],
  allowPorts: "any",
};

/**
 * Starts a receiver.
 *
 * @param answer answers each request, after it was read
 * @param tls key and certificate, for https
 */
export async function startReceiver(
  answer: (response: http.ServerResponse, request: Received) => void = (response) => response.end(),
  tls?: { readonly key: string; readonly cert: string },
): Promise<Receiver> {
  const received: Received[] = [];
  const handle = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    void text(request).then((body) => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body };
      received.push(one);
      answer(response, one);
    });
  };
  const server = tls === undefined ? http.createServer(handle) : https.createServer(tls, handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the receiver has no port");
  return {
    port: address.port,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An event of a tenant. */
export function event(tenantId: string, sequence: number): TenantEvent {
  return {
    id: `evt_${tenantId}_${sequence}`,
    position: sequence,
    sequence,
    tenantId,
    operationId: "op_1",
    type: "tenant.active",
    data: { hostName: `${tenantId}.example.com` },
    at: new Date("2026-01-02T03:04:05.678Z"),
  };
}

/** A webhook of every tenant. */
export function webhook(url: string, id = "whk_1"): Webhook {
  return { id, url, types: [], enabled: true, createdAt: new Date(0) };
}

/** A delivery of the first event of tenant `acme`. */
export function delivery(url: string): ClaimedDelivery {
  return { webhook: webhook(url), secrets: ["whsec_1"], event: event("acme", 1), attempts: 0 };
}
