import { randomUUID } from "node:crypto";
import { STATUS_CODES, type Server, createServer } from "node:http";
import type { Duplex } from "node:stream";
import { RequestError, getRequestListener } from "@hono/node-server";
import type { Logger } from "pino";
import { PROBLEM_MEDIA_TYPE, problemDocument } from "./problems/document";

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
  readonly fetch: Parameters<typeof getRequestListener>[0];
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
  /** Where it is told what never became a request. Default: nowhere. */
  readonly log?: Pick<Logger, "info">;
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
  { host, port, timeouts, maxConnections = DEFAULT_MAX_CONNECTIONS, log }: ServeApiArgs,
): Promise<ApiServer> {
  const { timeout, ...whole } = { ...DEFAULT_TIMEOUTS, ...timeouts };
  const listen = getRequestListener(app.fetch, { errorHandler: (error) => answerUnreadable(error, log) });
  const server = createServer(
    // without a Host, Node.js would answer by itself, and with nothing
    { ...whole, maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false },
    (incoming, outgoing) => void listen(incoming, outgoing),
  );
  server.timeout = timeout;
  server.maxConnections = maxConnections;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => answerClientError(error, socket, log));
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

/** What is told of what never became a request, under an id that the log has, too. */
function unreadable(status: number, error: unknown, log: ServeApiArgs["log"]) {
  const requestId = randomUUID();
  log?.info({ requestId, status, err: error }, "what came is no request");
  const problem = {
    type: "invalid-request",
    detail: "the request is not HTTP as it should be, or came too slowly",
  } as const;
  return {
    headers: { "Content-Type": PROBLEM_MEDIA_TYPE, "X-Request-Id": requestId, "Cache-Control": "no-store" },
    body: JSON.stringify({ ...problemDocument(problem, requestId), status, title: STATUS_CODES[status] }),
  };
}

/** Answers HTTP whose address is none: no Host or a bad one, or a `*`. */
function answerUnreadable(error: unknown, log: ServeApiArgs["log"]): Response {
  // the app answers for its own errors; what is left of them is nothing that a client did
  if (!(error instanceof RequestError)) return new Response(null, { status: 500 });
  const { headers, body } = unreadable(400, error, log);
  return new Response(body, { status: 400, headers });
}

/** Answers what is no HTTP, or comes too slowly, and hangs up. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex, log: ServeApiArgs["log"]): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const status = CLIENT_ERRORS[error.code ?? ""] ?? 400;
  const { headers, body } = unreadable(status, error, log);
  const lines = Object.entries({
    ...headers,
    "Content-Length": Buffer.byteLength(body),
    Connection: "close",
  });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`,
  );
}
