import { randomUUID } from "node:crypto";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { MiddlewareHandler } from "hono";
import type { Logger } from "pino";
import { type ClientAddress, clientAddressBehind } from "../client-address";
import type { ApiContext, ApiEnvironment } from "../environment";

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Answers are nobody's to keep, to guess the type of or to frame; they load nothing. */
const SECURITY_HEADERS = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
} as const;

/** Gives each request its id, address and log, and each answer its headers. */
export function requestContext(
  logger: Logger,
  trustedProxies: readonly string[],
): MiddlewareHandler<ApiEnvironment> {
  const clientAddress = clientAddressBehind(trustedProxies);
  return async (c, next) => {
    const claimed = c.req.header("X-Request-Id");
    const requestId = claimed !== undefined && REQUEST_ID.test(claimed) ? claimed : randomUUID();
    c.set("requestId", requestId);
    c.set("address", addressOf(c, clientAddress));
    c.set("log", logger.child({ requestId }));
    c.header("X-Request-Id", requestId);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
    await next();
  };
}

function addressOf(c: ApiContext, clientAddress: ClientAddress): string {
  const peer = connectionAddress(c);
  return peer === undefined ? "unknown" : clientAddress(peer, c.req.header("X-Forwarded-For"));
}

/** Undefined where the request did not come over a socket, as in a test or a Lambda. */
function connectionAddress(c: ApiContext): string | undefined {
  try {
    return getConnInfo(c).remote.address;
  } catch {
    return undefined;
  }
}
