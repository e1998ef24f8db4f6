import * as http from "node:http";
import * as https from "node:https";
import type { LookupFunction } from "node:net";
import { ProblemError } from "../lifecycle";
import type { ClaimedDelivery } from "./dispatcher";
import { eventBody } from "./event-body";
import { SIGNATURE_HEADER, sign } from "./signature";
import { type CheckedTarget, type ResolvedAddress, type TargetRules, checkTarget } from "./target";

/** How a delivery is made. */
export interface DeliverOptions extends TargetRules {
  /** How long all of it may take, name resolution and answer included, milliseconds. Default: 10 s. */
  readonly timeoutMs?: number;
  /** How much of an answer is read before the connection is closed, bytes. Default: 64 KiB. */
  readonly maxAnswerBytes?: number;
  /** PEM certificates to trust instead of the system's. Default: the system's. */
  readonly certificateAuthorities?: readonly string[];
}

/** A delivery that the receiver did not take. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_ANSWER_BYTES = 64 * 1024;
const USER_AGENT = "Tenantry-Webhooks/1";

/**
 * Sends an event to a webhook.
 *
 * The name is resolved once, every address it stands for is checked, and the connection goes to one of exactly these: a
 * name that stands for something else a moment later (DNS rebinding) changes nothing. No redirect is followed, and no
 * proxy is used. Of the answer only the status counts.
 *
 * @throws ProblemError of type `webhook-target-refused` where the address is refused
 * @throws DeliveryError where there is nothing to sign with, and where the receiver cannot be reached, is too slow or answers with anything but 2xx
 */
export async function deliver(delivery: ClaimedDelivery, options: DeliverOptions = {}): Promise<void> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  if (delivery.secrets.length === 0) {
    throw new DeliveryError(
      "the webhook's secret cannot be opened with this TENANTRY_KEY: expected the key that it was made under, or a new webhook",
    );
  }
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    const target = await beforeDeadline(checkTarget(delivery.webhook.url, options), deadline.signal);
    const status = await post(target, delivery, deadline.signal, options);
    if (status >= 300 && status < 400) {
      throw new DeliveryError(`the receiver answered ${status}: expected 2xx, redirects are not followed`);
    }
    if (status < 200 || status >= 300)
      throw new DeliveryError(`the receiver answered ${status}: expected 2xx`);
  } catch (error) {
    if (error instanceof DeliveryError || error instanceof ProblemError) throw error;
    const why = deadline.signal.aborted
      ? `took longer than ${timeoutMs} ms`
      : `cannot be reached: ${reasonOf(error)}`;
    throw new DeliveryError(`the receiver ${why}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Where several addresses were tried, the error itself says nothing, and each of its parts does. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

function beforeDeadline<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("timed out")), { once: true });
    work.then(resolve, reject);
  });
}

/** Posts the event; the answer's status, once its body was read as far as it is. */
function post(
  { url, addresses }: CheckedTarget,
  delivery: ClaimedDelivery,
  signal: AbortSignal,
  options: DeliverOptions,
): Promise<number> {
  const body = Buffer.from(eventBody(delivery.event));
  const client = url.protocol === "https:" ? https : http;
  const agent = new client.Agent({ keepAlive: false });
  const tls = options.certificateAuthorities === undefined ? {} : { ca: [...options.certificateAuthorities] };
  return new Promise((resolve, reject) => {
    const request = client.request(url, {
      ...tls,
      method: "POST",
      agent,
      signal,
      lookup: lookupOf(addresses),
      headers: headersOf(delivery, body),
    });
    let status: number | undefined;
    const end = (error?: Error): void => {
      if (status === undefined) reject(error ?? new Error("no answer"));
      else resolve(status);
    };
    request.on("error", end);
    request.on("response", (answer) => {
      status = answer.statusCode;
      readAway(answer, options.maxAnswerBytes ?? DEFAULT_MAX_ANSWER_BYTES, () => {
        request.destroy();
        end();
      });
    });
    request.end(body);
  });
}

/** Reads an answer so far, keeps nothing of it, and tells when that is enough; how it breaks off is of no matter. */
function readAway(answer: http.IncomingMessage, maxBytes: number, enough: () => void): void {
  let bytes = 0;
  answer.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes >= maxBytes) enough();
  });
  answer.on("error", enough);
  answer.on("close", enough);
}

/** Stands in for name resolution: gives the addresses that were checked, and asks nobody. */
function lookupOf(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (hostname, { all, family }, callback) => {
    const wanted = addresses.filter((address) =>
      family !== 4 && family !== 6 ? true : address.family === family,
    );
    const [first] = wanted;
    if (first === undefined) {
      callback(new Error(`${hostname} has no address of the wanted family`), "");
    } else if (all) {
      callback(null, [...wanted]);
    } else {
      callback(null, first.address, first.family);
    }
  };
}

function headersOf({ webhook, event, secrets }: ClaimedDelivery, body: Buffer): http.OutgoingHttpHeaders {
  return {
    "content-type": "application/json",
    "content-length": body.length,
    "user-agent": USER_AGENT,
    "Tenantry-Event-Id": event.id,
    "Tenantry-Event-Type": event.type,
    "Tenantry-Webhook-Id": webhook.id,
    [SIGNATURE_HEADER]: sign(body, secrets),
  };
}
