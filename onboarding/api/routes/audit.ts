import { type OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import { coalesced } from "../coalesce";
import type { ApiDependencies } from "../dependencies";
import type { ApiEnvironment } from "../environment";
import { auditHeadSchema, auditPageSchema, auditVerificationSchema, auditView } from "../schemas/audit";
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
  request: {
    query: z.strictObject({
      head: auditHeadSchema.optional().openapi({
        description: "The `head` of an earlier verification: whether the chain still has it.",
      }),
    }),
  },
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
  // costs as much as the log is long, so that it runs once for all who ask at the same time
  const verified = coalesced(() => registry.audit.verify(), 0);
  app.openapi(verify, async (c) => {
    const { head: earlier } = c.req.valid("query");
    const { entries, broken, head } = await verified();
    const hasEarlierHead = earlier === undefined ? undefined : await registry.audit.has(earlier);
    const intact = broken === undefined && hasEarlierHead !== false;
    return c.json({ intact, entries, broken, head, hasEarlierHead }, 200);
  });
}
