import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type SpanContext,
  context,
  isSpanContextValid,
  trace,
} from "@opentelemetry/api";
import type { MiddlewareHandler } from "hono";
import type { ApiEnvironment } from "../environment";
import { routeTemplate } from "../route-template";

const TRACER = "tenantry.onboarding";

/** Version 00 of the header, or a later one that begins as it does (W3C Trace Context, section 3.2). */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/**
 * One span for each request, in the caller's trace where it sends one. The span's context goes on with the request's
 * origin into the operation, and with it to the engine's resource operations.
 */
export function tracing(): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const caller = parseTraceparent(c.req.header("traceparent"));
    const parent = caller === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, caller);
    const span = trace.getTracer(TRACER).startSpan(
      c.req.method,
      {
        kind: SpanKind.SERVER,
        attributes: {
          "http.request.method": c.req.method,
          "url.path": c.req.path,
          "client.address": c.get("address"),
          "tenantry.request_id": c.get("requestId"),
        },
      },
      parent,
    );
    c.set("traceparent", formatTraceparent(span.spanContext()));
    try {
      await context.with(trace.setSpan(parent, span), next);
      const route = routeTemplate(c);
      span.updateName(`${c.req.method} ${route}`);
      span.setAttributes({ "http.route": route, "http.response.status_code": c.res.status });
      if (c.res.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    } finally {
      span.end();
    }
  };
}

function parseTraceparent(header: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(header ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const caller = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(caller) ? caller : undefined;
}

function formatTraceparent(span: SpanContext): string | undefined {
  if (!isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, "0")}`;
}
