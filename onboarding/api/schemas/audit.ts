import { z } from "@hono/zod-openapi";
import type { AuditEntry } from "../../registry";
import { pageSchema, timeSchema } from "./common";

const entrySchema = z
  .object({
    sequence: z.int(),
    at: timeSchema,
    actor: z.string(),
    roles: z.array(z.string()),
    address: z.string(),
    requestId: z.string(),
    action: z.string().openapi({ examples: ["tenant.suspend"] }),
    tenantId: z.string().optional(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    hash: z.string().openapi({ description: "SHA-256 over this entry and the hash before it." }),
  })
  .openapi("AuditEntry");

/** A page of the audit log. */
export const auditPageSchema = pageSchema("AuditPage", entrySchema);

/** What a look through the whole chain of the audit log found. */
export const auditVerificationSchema = z
  .object({
    intact: z.boolean(),
    entries: z.int().openapi({ description: "Entries whose hash is right, from the first on." }),
    broken: z
      .int()
      .optional()
      .openapi({ description: "Sequence of the first entry that was changed or taken away." }),
  })
  .openapi("AuditVerification");

/** Makes an entry ready to be told. */
export function auditView(entry: AuditEntry): z.infer<typeof entrySchema> {
  return entrySchema.parse({ ...entry, at: entry.at.toISOString() });
}
