import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiProblem, ConnectionError, problemIn, reasonOf } from "./errors";
import type { TokenProvider } from "./tokens";

/** How requests are sent. */
export interface TransportOptions {
  readonly tokens: TokenProvider;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
  /** How often a request is sent at most. Default: 5. */
  readonly attempts?: number;
  /** The wait before the second attempt, milliseconds; each later one is twice as long. Default: 250. */
  readonly firstWaitMs?: number;
  /** Longest wait that a `Retry-After` may ask for, milliseconds; a longer one ends it. Default: 60 s. */
  readonly maxWaitMs?: number;
  /** How long an answer may take to begin, milliseconds. Default: 60 s. */
  readonly timeoutMs?: number;
  /** Told before each wait. */
  readonly onRetry?: (reason: string, waitMs: number) => void;
}

/** Sends a request, and gives an answer that is well. */
export type Transport = (request: Request) => Promise<Response>;

const DEFAULTS = {
  attempts: 5,
  firstWaitMs: 250,
  maxWaitMs: 60_000,
  timeoutMs: 60_000,
} as const satisfies Partial<TransportOptions>;

/** Answers that mean: the same request, later. */
const LATER = [429, 503];

/** Methods that change nothing. */
const SAFE = ["GET", "HEAD"];

/**
 * Sends requests as the API wants them: with a token, and with an `Idempotency-Key` where they change something, made up
 * once for a request and kept for all its attempts, so that nothing is done twice.
 *
 * An answer of 429 or 503 and a broken connection are tried again, after `Retry-After` where that is said. A token that is
 * refused is replaced once.
 *
 * The transport rejects with ApiProblem where the answer is a problem, and ConnectionError where there is none.
 */
export function createTransport(options: TransportOptions): Transport {
  const settings = { ...DEFAULTS, fetch, onRetry: () => undefined, ...options };
  return async (original) => {
    const request = withKey(original);
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const token = await settings.tokens.token();
      const last = attempt >= settings.attempts;
      const outcome = await send(request, token, settings);
      if (outcome instanceof Response) {
        if (outcome.ok || outcome.status === 304) return outcome;
        if (outcome.status === 401 && !renewed) {
          renewed = true;
          settings.tokens.forget(token);
          await outcome.body?.cancel();
          continue;
        }
      }
      const waitMs = waitBefore(outcome, attempt, settings);
      if (last || waitMs === undefined || waitMs > settings.maxWaitMs) throw await failureOf(outcome);
      settings.onRetry(whyOf(outcome), waitMs);
      if (outcome instanceof Response) await outcome.body?.cancel();
      await sleep(waitMs, undefined, { signal: request.signal });
    }
  };
}

function withKey(request: Request): Request {
  if (SAFE.includes(request.method) || request.headers.has("Idempotency-Key")) return request;
  const headers = new Headers(request.headers);
  headers.set("Idempotency-Key", randomUUID());
  return new Request(request, { headers });
}

async function send(
  request: Request,
  token: string,
  { fetch: fetchIt, timeoutMs }: { fetch: typeof fetch; timeoutMs: number },
): Promise<Response | ConnectionError> {
  const headers = new Headers(request.headers);
  headers.set("Authorization", `Bearer ${token}`);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    const signal = AbortSignal.any([request.signal, late.signal]);
    return await fetchIt(new Request(request.clone(), { headers, signal, redirect: "error" }));
  } catch (error) {
    // Who called it off wants no other attempt.
    request.signal.throwIfAborted();
    const { origin } = new URL(request.url);
    return new ConnectionError(`the API at ${origin} cannot be reached: ${reasonOf(error)}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** How long to wait before the next attempt, milliseconds; undefined where another one would be no better. */
function waitBefore(
  outcome: Response | ConnectionError,
  attempt: number,
  { firstWaitMs, maxWaitMs }: { firstWaitMs: number; maxWaitMs: number },
): number | undefined {
  // The longest wait ends a Retry-After that asks for more; the client's own only stops to grow there.
  const own = Math.min(maxWaitMs, firstWaitMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2));
  if (!(outcome instanceof Response)) return own;
  if (!LATER.includes(outcome.status)) return undefined;
  return Math.max(own, retryAfterMs(outcome.headers.get("Retry-After")));
}

/** `Retry-After` as milliseconds from now: seconds or a date (RFC 9110, section 10.2.3); 0 where it says nothing. */
function retryAfterMs(header: string | null): number {
  if (header === null) return 0;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now());
}

async function failureOf(outcome: Response | ConnectionError): Promise<ApiProblem | ConnectionError> {
  return outcome instanceof Response ? problemIn(outcome) : outcome;
}

function whyOf(outcome: Response | ConnectionError): string {
  return outcome instanceof Response ? `the API answered ${outcome.status}` : outcome.message;
}
