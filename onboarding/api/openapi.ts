import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiEnvironment } from "./environment";

/** The document that describes the API: OpenAPI 3.1, made of the schemas that requests are checked with. */
export type ApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

const DESCRIPTION = `Onboards tenants, takes them through their life, and tells how far each change is.

**Changes** answer 202 with an operation at once; \`/v1/operations/{id}/stream\` follows it live. \`dryRun=true\` plans a change instead.
**Idempotency**: every POST takes an \`Idempotency-Key\`; the same key gets the same answer, and nothing is done twice.
**Concurrency**: a tenant has an \`ETag\`; \`If-Match\` makes a change only to the version that was read.
**Lists** have pages: \`next\` of one is \`after\` of the next.
**Problems** are RFC 9457 documents with a stable \`type\`, a name and no address, and name the field, its value and what was expected.
**Limits** are told by the \`RateLimit\` headers.`;

/** Makes the document of an app whose endpoints are all there. */
export function apiDocument(app: OpenAPIHono<ApiEnvironment>): ApiDocument {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Tenantry onboarding",
      version: "1.0.0",
      description: DESCRIPTION,
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [
      { name: "Tenants", description: "Customers, and what is done to them." },
      { name: "Operations", description: "Runs of changes, and how far they are." },
      { name: "Catalog", description: "What can be ordered, and where." },
      { name: "Webhooks", description: "Where events are sent." },
      { name: "Audit", description: "Who changed what." },
      { name: "Service", description: "For machines that watch over the service." },
    ],
  });
}

/** Tells the document of the token that most endpoints want. */
export function registerToken(app: OpenAPIHono<ApiEnvironment>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "An OIDC issuer's token; roles: admin, operator, auditor, tenant-admin.",
  });
}

/** The methods that a path takes; undefined where there is no such path. */
export function allowedMethods(document: ApiDocument, path: string): string[] | undefined {
  const found = Object.entries(document.paths ?? {}).filter(([template]) => pathPattern(template).test(path));
  if (found.length === 0) return undefined;
  return found.flatMap(([, operations]) => Object.keys(operations).map((method) => method.toUpperCase()));
}

function pathPattern(template: string): RegExp {
  return new RegExp(`^${template.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}
