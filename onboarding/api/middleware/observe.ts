import type { MiddlewareHandler } from "hono";
import type { ApiEnvironment } from "../environment";
import type { ApiMetrics } from "../metrics";
import { routeTemplate } from "../route-template";

/** Asked every few seconds by load balancers; logged only when something is wrong. */
const QUIET_ROUTE = "/healthz";

/** Counts each request, and writes one line of it: no body, no query, no header, and so no token. */
export function observe(metrics: ApiMetrics): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const begun = performance.now();
    await next();
    const milliseconds = performance.now() - begun;
    const route = routeTemplate(c);
    const { status } = c.res;
    metrics.countRequest({ method: c.req.method, route, status, seconds: milliseconds / 1000 });
    if (route === QUIET_ROUTE && status < 400) return;
    const line = {
      method: c.req.method,
      route,
      path: c.req.path,
      status,
      milliseconds: Math.round(milliseconds),
      address: c.get("address"),
      // absent where the request was turned away before it had one
      subject: c.var.identity?.subject,
      traceparent: c.get("traceparent"),
    };
    if (status >= 500) c.get("log").error(line, "request");
    else c.get("log").info(line, "request");
  };
}
