import { z } from "@hono/zod-openapi";
import { TEXT_PATTERN } from "./common";

/** Longest reason, in characters. */
const MAX_REASON_LENGTH = 1024;

/** Longest time that a retained tenant is kept, in days. */
const MAX_RETENTION_DAYS = 3650;

const reasonSchema = z
  .string()
  .trim()
  .min(1)
  .max(MAX_REASON_LENGTH)
  .optional()
  .openapi({ description: "Why, for people and the audit log.", pattern: TEXT_PATTERN });

/** Body of a change that is not told more. */
export const plainBodySchema = z.strictObject({}).openapi("PlainInput", { examples: [{}] });

/** Body of a suspension. */
export const suspendBodySchema = z
  .strictObject({ reason: reasonSchema })
  .openapi("SuspendInput", { examples: [{ reason: "invoice 2026-114 is unpaid" }] });

/** Body of an offboarding. */
export const offboardBodySchema = z
  .strictObject({
    reason: reasonSchema,
    retentionDays: z
      .int()
      .min(0)
      .max(MAX_RETENTION_DAYS)
      .optional()
      .openapi({ description: "Days until a purge is allowed; by default the service's own setting." }),
  })
  .openapi("OffboardInput", { examples: [{ reason: "contract ended", retentionDays: 30 }] });

/** Body of a purge. */
export const purgeBodySchema = z
  .strictObject({
    reason: reasonSchema,
    force: z
      .boolean()
      .optional()
      .openapi({ description: "Also before the retention period is over. Default false." }),
  })
  .openapi("PurgeInput", { examples: [{ reason: "erasure was asked for" }] });

/** Body of a restore. */
export const restoreBodySchema = z
  .strictObject({
    restore: z
      .union([
        z.strictObject({
          snapshot: z.string().regex(/^[A-Za-z][A-Za-z0-9:-]{0,254}$/, "an RDS snapshot's name"),
        }),
        z.strictObject({ time: z.iso.datetime() }),
      ])
      .optional()
      .openapi({
        description:
          "From which snapshot, or to which time; by default the final snapshot of a retained tenant.",
      }),
  })
  .openapi("RestoreInput", { examples: [{ restore: { time: "2026-03-01T12:00:00Z" } }] });
