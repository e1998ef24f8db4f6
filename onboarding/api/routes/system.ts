import { type OpenAPIHono, createRoute } from "@hono/zod-openapi";
import type { ApiEnvironment } from "../environment";
import { livenessSchema } from "../schemas/catalog";
import { json } from "./answers";

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

/** Adds what load balancers ask; readiness and metrics are the operators' API's. */
export function registerSystem(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(liveness, (c) => c.json({ status: "ok" as const }, 200));
}
