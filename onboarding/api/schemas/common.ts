import { z } from "@hono/zod-openapi";

/** Most items of a page. */
const MAX_LIMIT = 200;

const DEFAULT_LIMIT = 50;

/** A time, as ISO 8601 in UTC. */
export const timeSchema = z.string().openapi({ format: "date-time", examples: ["2026-03-01T12:00:00.000Z"] });

/** A tenant's id in a path or query. Reserved words are let through: no tenant has them. */
export const tenantIdSchema = z
  .string()
  .regex(/^[a-z](?:-?[a-z0-9]){2,23}$/, "a tenant's id: 3 to 24 lowercase letters, digits and single hyphens")
  .openapi({ examples: ["acme"] });

/** Pattern of a text for people. What it leaves out, no text of a body may have: PostgreSQL stores no NUL. */
export const TEXT_PATTERN = "^[^\\u0000]*$";

/** Id of an operation or webhook. */
export const opaqueIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "an id that this API gave")
  .openapi({ examples: ["op_0b7e5b0f4b0c4c7a9d3f6f1c2a9e8d71"] });

/** Id of an event: its operation's, and what happened in it. */
export const eventIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,128}$/, "an event's id that this API gave")
  .openapi({ examples: ["op_0b7e5b0f4b0c4c7a9d3f6f1c2a9e8d71:tenant"] });

/** A word to filter by: an event's type, an action. */
export const wordSchema = z
  .string()
  .regex(/^[a-z][a-z0-9.-]{0,63}$/, "lowercase letters, digits, dots and hyphens");

/** Which page of a list. */
export const pageQuery = {
  after: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,512}$/, "the cursor that a page of this list gave as 'next'")
    .optional()
    .openapi({ description: "Cursor that the page before gave as `next`; absent for the first page." }),
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|1\d\d|200)$/, `a whole number from 1 to ${MAX_LIMIT}`)
    .transform(Number)
    .default(DEFAULT_LIMIT)
    .openapi({
      type: "integer",
      minimum: 1,
      maximum: MAX_LIMIT,
      default: DEFAULT_LIMIT,
      description: "Most items of the page.",
    }),
};

/** How a change is to be made. */
export const changeQuery = {
  dryRun: z
    .enum(["true", "false"])
    .transform((word) => word === "true")
    .default(false)
    .openapi({
      type: "boolean",
      default: false,
      description:
        "Only plan it: what would be created, replaced and deleted, the cost a month, and what the policies say.",
    }),
  whenBusy: z.enum(["refuse", "queue"]).default("refuse").openapi({
    description:
      "What to do while another operation is at work on the tenant: answer 409, or queue behind it.",
  }),
};

/** `Idempotency-Key`: the same key gives the same answer again, and does nothing twice. */
export const idempotencyHeader = {
  "Idempotency-Key": z
    .string()
    .regex(/^[!-~](?:[ -~]{0,253}[!-~])?$/, "1 to 255 printable ASCII characters")
    .optional()
    .openapi({
      description:
        "Made up by the client, such as a UUID. A request that comes again with the same key gets the first one's answer, and nothing is done twice.",
      examples: ["5c1d4f0a-9a67-4a4e-8f8e-1f1f6c2f3f10"],
    }),
};

/** `If-Match`: do it only to the version that was read. */
export const ifMatchHeader = {
  "If-Match": z
    .string()
    .regex(
      /^(?:\*|(?:W\/)?"[!#-~]{0,64}"(?:[ \t]*,[ \t]*(?:W\/)?"[!#-~]{0,64}"){0,15})$/,
      'an entity tag such as "3", or *',
    )
    .optional()
    .openapi({
      description: "The `ETag` of the tenant that was read; `*` for whatever there is.",
      // One tag is all that a client has; a list of them, which HTTP allows, is understood besides.
      pattern: '^(?:[*]|(?:W/)?"[!#-~]{0,64}")$',
      examples: ['"3"'],
    }),
};

/** A page of a list. */
export function pageSchema<T extends z.ZodType>(name: string, item: T) {
  return z
    .object({
      items: z.array(item),
      next: z.string().optional().openapi({ description: "Cursor of the next page; absent on the last." }),
    })
    .openapi(name);
}
