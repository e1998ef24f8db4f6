import { randomUUID } from "node:crypto";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { MiddlewareHandler } from "hono";
import type { Logger } from "pino";
import type { ApiContext, ApiEnvironment } from "../environment";

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Longest address that is kept, in characters; an IPv6 address with its zone has fewer. */
const MAX_ADDRESS_LENGTH = 64;

/** Answers are nobody's to keep, to guess the type of or to frame; they load nothing. */
const SECURITY_HEADERS = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
} as const;

/** Gives each request its id, address and log, and each answer its headers. */
export function requestContext(logger: Logger, trustedProxies: number): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const claimed = c.req.header("X-Request-Id");
    const requestId = claimed !== undefined && REQUEST_ID.test(claimed) ? claimed : randomUUID();
    c.set("requestId", requestId);
    c.set("address", addressOf(c, trustedProxies));
    c.set("log", logger.child({ requestId }));
    c.header("X-Request-Id", requestId);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
    await next();
  };
}

/** The client's address: what the outermost trusted proxy saw, or the connection's where there is none. */
function addressOf(c: ApiContext, trustedProxies: number): string {
  const hops = (c.req.header("X-Forwarded-For") ?? "").split(",").map((hop) => hop.trim());
  const forwarded = trustedProxies > 0 ? hops.at(-trustedProxies) : undefined;
  if (forwarded !== undefined && /^[0-9a-fA-F.:%\w[\]]+$/.test(forwarded)) {
    return forwarded.slice(0, MAX_ADDRESS_LENGTH);
  }
  return connectionAddress(c) ?? "unknown";
}

/** Undefined where the request did not come over a socket, as in a test or a Lambda. */
function connectionAddress(c: ApiContext): string | undefined {
  try {
    return getConnInfo(c).remote.address;
  } catch {
    return undefined;
  }
}
