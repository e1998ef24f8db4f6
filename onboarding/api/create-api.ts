import { createHash } from "node:crypto";
import { OpenAPIHono } from "@hono/zod-openapi";
import { PROBLEMS, ProblemError } from "../lifecycle";
import type { ApiDependencies } from "./dependencies";
import { docsPage } from "./docs/page";
import type { ApiEnvironment } from "./environment";
import { isNotModified } from "./etag";
import { ApiMetrics } from "./metrics";
import { authenticate } from "./middleware/authenticate";
import { observe } from "./middleware/observe";
import { rateLimit } from "./middleware/rate-limit";
import { readBody } from "./middleware/read-body";
import { requestContext } from "./middleware/request-context";
import { tracing } from "./middleware/tracing";
import { allowedMethods, apiDocument, registerToken } from "./openapi";
import { answerProblem, problemOf } from "./problems/answer";
import { registerAudit } from "./routes/audit";
import { registerCatalog } from "./routes/catalog";
import { registerOperations } from "./routes/operations";
import { registerStream } from "./routes/stream";
import { registerSystem } from "./routes/system";
import { registerTenantLifecycle } from "./routes/tenant-lifecycle";
import { registerTenantUpdate } from "./routes/tenant-update";
import { registerTenants } from "./routes/tenants";
import { registerWebhooks } from "./routes/webhooks";
import { type ApiSettings, DEFAULT_SETTINGS } from "./settings";
import { refuseInvalidRequest } from "./validation";

/** The onboarding service's HTTP API, without the server that listens for it. */
export function createApi(dependencies: ApiDependencies): OpenAPIHono<ApiEnvironment> {
  const settings: ApiSettings = { ...DEFAULT_SETTINGS, ...dependencies.settings };
  const { metrics = new ApiMetrics() } = dependencies;
  const app = new OpenAPIHono<ApiEnvironment>({ defaultHook: refuseInvalidRequest });
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (PROBLEMS[problem.type].status >= 500) c.get("log").error({ err: error }, problem.type);
    return answerProblem(c, problem);
  });
  useMiddleware(app, dependencies, settings, metrics);
  registerToken(app);
  registerTenants(app, dependencies, settings);
  registerTenantUpdate(app, dependencies, settings);
  registerTenantLifecycle(app, dependencies, settings);
  registerOperations(app, dependencies);
  registerStream(app, dependencies, settings, metrics);
  registerCatalog(app, dependencies);
  registerWebhooks(app, dependencies);
  registerAudit(app, dependencies);
  registerSystem(app);
  serveDocument(app);
  return app;
}

function useMiddleware(
  app: OpenAPIHono<ApiEnvironment>,
  { logger, authenticator }: ApiDependencies,
  settings: ApiSettings,
  metrics: ApiMetrics,
): void {
  const {
    requestsPerWindow: requests,
    windowSeconds,
    maxBodyBytes: maxBytes,
    maxBodyDepth: maxDepth,
  } = settings;
  app.use(requestContext(logger, settings.trustedProxies));
  app.use(observe(metrics));
  app.use(tracing());
  app.use("/v1/*", authenticate(authenticator));
  app.use("/v1/*", rateLimit({ requests, windowSeconds }));
  app.use("/v1/*", readBody({ maxBytes, maxDepth }));
}

/** Serves the OpenAPI document and its page, and answers for every path and method that are not in it. */
function serveDocument(app: OpenAPIHono<ApiEnvironment>): void {
  const described = lazily(() => apiDocument(app));
  const page = lazily(() => docsPage(described()));
  const text = lazily(() => JSON.stringify(described()));
  const etag = lazily(() => `"${createHash("sha256").update(text()).digest("base64url")}"`);
  app.get("/openapi.json", (c) => {
    c.header("ETag", etag());
    c.header("Cache-Control", "no-cache");
    if (isNotModified(c.req.header("If-None-Match"), etag())) return c.body(null, 304);
    return c.body(text(), 200, { "Content-Type": "application/json" });
  });
  app.get("/docs", (c) => {
    c.header("Content-Security-Policy", page().contentSecurityPolicy);
    return c.html(page().text);
  });
  app.notFound((c) => {
    const { method, path } = c.req;
    const allowed = ["/openapi.json", "/docs"].includes(path) ? ["GET"] : allowedMethods(described(), path);
    if (allowed === undefined) {
      throw new ProblemError({
        type: "not-found",
        detail: `the path is '${path}': expected one of those in /openapi.json`,
      });
    }
    c.header("Allow", allowed.join(", "));
    throw new ProblemError({
      type: "method-not-allowed",
      detail: `the method is '${method}': expected ${allowed.join(", ")}`,
    });
  });
}

/** Makes something when it is first asked for: a worker or a short-lived process that shows no page need not render one. */
function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
