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

/** Where the chain of the audit log stands, or stood. */
export const auditHeadSchema = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,14}):[0-9a-f]{64}$/, "a head that a verification or the API's log told")
  .openapi({ examples: [`12:${"4e".repeat(32)}`] });

/** What a look through the whole chain of the audit log found. */
export const auditVerificationSchema = z
  .object({
    intact: z
      .boolean()
      .openapi({ description: "Whether all of it is as it was written, as far as that can be told." }),
    entries: z.int().openapi({ description: "Entries whose hash is right, from the first on." }),
    broken: z
      .int()
      .optional()
      .openapi({ description: "Sequence of the first entry that was changed or taken away." }),
    head: auditHeadSchema.openapi({
      description:
        "Sequence and hash of the last entry that is right. Kept elsewhere, it shows later whether entries up to it were taken away or written anew.",
    }),
    hasEarlierHead: z.boolean().optional().openapi({
      description: "Whether the chain still has the head that was asked about; absent where none was.",
    }),
  })
  .openapi("AuditVerification");

/** Makes an entry ready to be told. */
export function auditView(entry: AuditEntry): z.infer<typeof entrySchema> {
  return entrySchema.parse({ ...entry, at: entry.at.toISOString() });
}
