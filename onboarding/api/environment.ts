import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Logger } from "pino";
import type { Identity, Scope } from "../auth";

/** What middleware finds out about a request and handlers use. */
export interface ApiEnvironment {
  /** The server's side of the request; undefined where it did not come over a socket, as in a test. */
  Bindings: HttpBindings | undefined;
  Variables: {
    readonly requestId: string;
    /** Address the request came from. */
    readonly address: string;
    /** W3C trace context of the request's span; undefined where there is neither a tracer nor a caller's trace. */
    readonly traceparent: string | undefined;
    /** Writes lines that carry the request's id. */
    readonly log: Logger;
    /** Only under /v1. */
    readonly identity: Identity;
    /** The tenants that the request may touch; only where the route names a permission. */
    readonly scope: Scope;
  };
}

/** A request on its way through the API. */
export type ApiContext = Context<ApiEnvironment>;
