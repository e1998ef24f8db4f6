import { z } from "@hono/zod-openapi";
import { PHASES } from "../../lifecycle";
import type { Tenant } from "../../registry";
import { pageSchema, timeSchema } from "./common";
import { specSchema } from "./tenant-spec";

const factsSchema = z
  .object({
    hostName: z.string().optional(),
    namespace: z.string().optional(),
    operatorsGroup: z.string().optional(),
    keyArn: z.string().optional(),
    roleArn: z.string().optional(),
    database: z
      .object({
        engine: z.string(),
        endpoint: z.string(),
        port: z.number(),
        name: z.string(),
        username: z.string(),
        secretArn: z.string().openapi({ description: "Where the password is; it is never told here." }),
        identifier: z.string(),
        resourceId: z.string().optional(),
        finalSnapshot: z.string().optional(),
      })
      .optional(),
    release: z.string().optional(),
  })
  .openapi("TenantFacts", { description: "What is known of the tenant once its stack is up." });

const exportSchema = z
  .object({
    snapshot: z.string(),
    location: z
      .string()
      .openapi({ description: "What the names of its files begin with, among the archives." }),
    startedAt: timeSchema,
    completedAt: timeSchema
      .optional()
      .openapi({ description: "Absent while it is under way; the snapshot is deleted after it." }),
  })
  .openapi("ExportedSnapshot", {
    description: "A final snapshot that was or is being exported to S3, to make room in RDS's quota.",
  });

/** A tenant, as the API tells of it. */
export const tenantSchema = z
  .object({
    id: z.string(),
    spec: specSchema,
    phase: z.enum(PHASES),
    version: z.int().openapi({ description: "Counts the changes; the `ETag` holds it." }),
    presence: z.enum(["serving", "suspended", "retained"]).openapi({
      description: "What its stack is meant to hold when no operation is at work.",
    }),
    onceActive: z.boolean(),
    database: z.object({
      lifetime: z.int().openapi({ description: "How many databases it has had." }),
      restoreFrom: z.record(z.string(), z.unknown()).optional(),
    }),
    quarantine: z
      .string()
      .optional()
      .openapi({ description: "Why it is quarantined; absent where it is not." }),
    retainedUntil: timeSchema.optional(),
    finalSnapshot: z.string().optional(),
    archive: z.string().optional(),
    snapshotExports: z.array(exportSchema),
    facts: factsSchema,
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .openapi("Tenant");

/** A page of tenants. */
export const tenantPageSchema = pageSchema("TenantPage", tenantSchema);

/** A tenant, ready to be told. */
export type TenantView = z.infer<typeof tenantSchema>;

/** Makes a tenant ready to be told. Reading it with the schema leaves out whatever the schema does not name. */
export function tenantView(tenant: Tenant): TenantView {
  return tenantSchema.parse({
    ...tenant,
    retainedUntil: tenant.retainedUntil?.toISOString(),
    createdAt: tenant.createdAt.toISOString(),
    updatedAt: tenant.updatedAt.toISOString(),
  });
}
