import { type OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import type { ApiDependencies } from "../dependencies";
import type { ApiEnvironment } from "../environment";
import type { ApiMetrics } from "../metrics";
import { livenessSchema, readinessSchema } from "../schemas/catalog";
import { json, problem } from "./answers";

const tags = ["Service"];
const security: [] = [];

const liveness = createRoute({
  method: "get",
  path: "/healthz",
  operationId: "getLiveness",
  summary: "Whether the process answers",
  tags,
  security,
  responses: { 200: json(livenessSchema, "It does.") },
});

const readiness = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "getReadiness",
  summary: "Whether database, engine and cell are there",
  tags,
  security,
  responses: {
    200: json(readinessSchema, "All of them are."),
    503: json(readinessSchema, "One of them is not."),
  },
});

const metricsRoute = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "getMetrics",
  summary: "Metrics in Prometheus's text format",
  tags,
  security,
  responses: {
    200: { description: "The metrics.", content: { "text/plain": { schema: z.string() } } },
    500: problem("They cannot be told."),
    503: problem("What they are of does not answer."),
  },
});

/** Adds the endpoints for machines that watch over the service. */
export function registerSystem(
  app: OpenAPIHono<ApiEnvironment>,
  { health, collect }: ApiDependencies,
  metrics: ApiMetrics,
): void {
  app.openapi(liveness, (c) => c.json({ status: "ok" as const }, 200));
  app.openapi(readiness, async (c) => {
    const checks = await health.check().catch((error: unknown) => {
      c.get("log").error({ err: error }, "readiness cannot be told");
      return [{ name: "database" as const, ok: false }];
    });
    const failed = checks.filter(({ ok }) => !ok);
    if (failed.length > 0) c.get("log").warn({ failed }, "not ready");
    const shown = checks.map(({ name, ok }) => ({ name, ok }));
    if (failed.length > 0) return c.json({ status: "unavailable" as const, checks: shown }, 503);
    return c.json({ status: "ok" as const, checks: shown }, 200);
  });
  app.openapi(metricsRoute, async (c) => {
    const others = collect === undefined ? "" : await collect();
    return c.text(`${await metrics.text()}${others}`, 200, { "Content-Type": metrics.contentType });
  });
}
