import { type OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import type { ApiDependencies } from "../dependencies";
import type { ApiEnvironment } from "../environment";
import { auditPageSchema, auditVerificationSchema, auditView } from "../schemas/audit";
import { pageQuery, tenantIdSchema, wordSchema } from "../schemas/common";
import { READ_PROBLEMS, json, permitted } from "./answers";

const tags = ["Audit"];

const list = createRoute({
  method: "get",
  path: "/v1/audit",
  operationId: "listAudit",
  summary: "List who changed what",
  tags,
  ...permitted("audit.read"),
  request: {
    query: z.strictObject({
      ...pageQuery,
      tenantId: tenantIdSchema.optional(),
      actor: z
        .string()
        .regex(/^[^\p{Cc}]{1,1024}$/u, "an issuer and a subject, with # between")
        .optional()
        .openapi({
          pattern: "^[!-~]{1,1024}$",
          description: "Whose changes: the token's issuer and subject, with `#` between.",
        }),
      action: wordSchema.optional(),
    }),
  },
  responses: { 200: json(auditPageSchema, "Entries, the newest first."), ...READ_PROBLEMS },
});

const verify = createRoute({
  method: "get",
  path: "/v1/audit/verification",
  operationId: "verifyAudit",
  summary: "Recompute the audit log's chain of hashes",
  tags,
  ...permitted("audit.read"),
  responses: {
    200: json(auditVerificationSchema, "Whether every entry is as it was written."),
    ...READ_PROBLEMS,
  },
});

/** Adds the endpoints of the audit log. */
export function registerAudit(app: OpenAPIHono<ApiEnvironment>, { registry }: ApiDependencies): void {
  app.openapi(list, async (c) => {
    const { items, next } = await registry.audit.list(c.req.valid("query"));
    return c.json({ items: items.map(auditView), next }, 200);
  });
  app.openapi(verify, async (c) => {
    const { entries, broken } = await registry.audit.verify();
    return c.json({ intact: broken === undefined, entries, broken }, 200);
  });
}
