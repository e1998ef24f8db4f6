import type { MiddlewareHandler } from "hono";
import { ProblemError } from "../../lifecycle";
import type { ApiEnvironment } from "../environment";

/** How much a subject may ask. */
export interface RateLimitArgs {
  /** Requests in a window, and at once. */
  readonly requests: number;
  /** Length of the window, in seconds. */
  readonly windowSeconds: number;
  /** Milliseconds since any one moment. Default: the process's own clock. */
  readonly now?: () => number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Subjects that are remembered at once; the longest unseen go first. */
const MAX_SUBJECTS = 10_000;

/**
 * A token bucket for each subject: as many tokens as a window allows, filled up evenly over it. It is of this process
 * alone; several together allow as many times more.
 * Source of the headers: draft-ietf-httpapi-ratelimit-headers-10.
 */
export function rateLimit({
  requests,
  windowSeconds,
  now = () => performance.now(),
}: RateLimitArgs): MiddlewareHandler<ApiEnvironment> {
  const buckets = new Map<string, Bucket>();
  const perMillisecond = requests / (windowSeconds * 1000);
  return async (c, next) => {
    const { issuer, subject } = c.get("identity");
    const bucket = take(buckets, `${issuer} ${subject}`, requests, perMillisecond, now());
    const refused = bucket.tokens < 0;
    if (refused) bucket.tokens += 1;
    const secondsUntilNext = Math.ceil(Math.max(0, 1 - bucket.tokens) / perMillisecond / 1000);
    c.header("RateLimit-Policy", `"default";q=${requests};w=${windowSeconds}`);
    c.header("RateLimit", `"default";r=${Math.floor(bucket.tokens)};t=${secondsUntilNext}`);
    if (refused) {
      c.header("Retry-After", String(secondsUntilNext));
      throw new ProblemError({
        type: "too-many-requests",
        detail: `more than ${requests} requests in ${windowSeconds} seconds`,
        next: `wait ${secondsUntilNext} seconds, as Retry-After says`,
      });
    }
    await next();
  };
}

/** Takes a token; below zero there was none. */
function take(
  buckets: Map<string, Bucket>,
  key: string,
  capacity: number,
  perMillisecond: number,
  at: number,
): Bucket {
  const bucket = buckets.get(key) ?? { tokens: capacity, filledAt: at };
  bucket.tokens = Math.min(capacity, bucket.tokens + (at - bucket.filledAt) * perMillisecond) - 1;
  bucket.filledAt = at;
  // a Map keeps the order of insertion: the first is the longest unseen
  buckets.delete(key);
  buckets.set(key, bucket);
  const [oldest] = buckets.keys();
  if (buckets.size > MAX_SUBJECTS && oldest !== undefined) buckets.delete(oldest);
  return bucket;
}
