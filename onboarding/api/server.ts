import { STATUS_CODES, type Server } from "node:http";
import type { Socket } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { PROBLEM_BASE } from "../lifecycle";
import { PROBLEM_MEDIA_TYPE } from "./problems/document";

/** How long a client may take, in milliseconds: whoever sends a byte a minute is not waited for. */
export interface ServerTimeouts {
  /** Until the headers are whole. */
  readonly headersTimeout: number;
  /** Until the request is whole; the answer, a stream above all, may take as long as it takes. */
  readonly requestTimeout: number;
  /**
   * Without a byte in either direction: who reads nothing of an answer is cut off. Longer than a dry run is waited for, and
   * than a stream is silent.
   */
  readonly timeout: number;
  /** Between two requests on one connection. */
  readonly keepAliveTimeout: number;
  /** Between two looks at who is late. */
  readonly connectionsCheckingInterval: number;
}

const DEFAULT_TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  timeout: 60_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
} as const satisfies ServerTimeouts;

/** What answers requests. */
export interface ServedApp {
  readonly fetch: Parameters<typeof createAdaptorServer>[0]["fetch"];
}

/** Where to listen. */
export interface ServeApiArgs {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** How long a client may take. Default: 10 s for headers, 30 s for all of a request, 60 s without a byte. */
  readonly timeouts?: Partial<ServerTimeouts>;
  /** Connections at once; what comes then is hung up on. Default: 1000. */
  readonly maxConnections?: number;
}

/** A server that listens. */
export interface ApiServer {
  readonly host: string;
  readonly port: number;
  /**
   * Takes no more requests and waits for those that are under way.
   *
   * @param graceMilliseconds how long; what is open then is cut off. Default 10 000
   */
  close(graceMilliseconds?: number): Promise<void>;
}

/** Longest headers, in bytes; a token with many groups has a few thousand. */
const MAX_HEADER_BYTES = 16 * 1024;

const DEFAULT_MAX_CONNECTIONS = 1000;

const DEFAULT_GRACE_MS = 10_000;

/** Time between two looks for connections that have become idle while the server closes. */
const SWEEP_MS = 50;

/** Statuses of what never became a request. */
const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Serves an API over HTTP/1.1. TLS is the load balancer's. */
export function serveApi(
  app: ServedApp,
  { host, port, timeouts, maxConnections = DEFAULT_MAX_CONNECTIONS }: ServeApiArgs,
): Promise<ApiServer> {
  const { timeout, ...whole } = { ...DEFAULT_TIMEOUTS, ...timeouts };
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { ...whole, maxHeaderSize: MAX_HEADER_BYTES },
  });
  if (!isHttp1(server)) throw new Error("the server speaks HTTP/2: expected HTTP/1.1");
  server.timeout = timeout;
  server.maxConnections = maxConnections;
  server.on("clientError", answerClientError);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      resolve({ host, port: bound, close: (grace = DEFAULT_GRACE_MS) => close(server, grace) });
    });
  });
}

function isHttp1(server: ReturnType<typeof createAdaptorServer>): server is Server {
  return "closeIdleConnections" in server;
}

function close(server: Server, graceMilliseconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const cutOff = setTimeout(() => server.closeAllConnections(), graceMilliseconds);
    // a connection whose last answer is out is idle only then
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.close((error) => {
      clearTimeout(cutOff);
      clearInterval(sweep);
      if (error) reject(error);
      else resolve();
    });
    server.closeIdleConnections();
  });
}

/** Answers what is no HTTP, or comes too slowly, with a problem document, too, and hangs up. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const status = CLIENT_ERRORS[error.code ?? ""] ?? 400;
  const body = JSON.stringify({
    type: `${PROBLEM_BASE}invalid-request`,
    title: STATUS_CODES[status],
    status,
    detail: "the request is not HTTP as it should be, or came too slowly",
  });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
