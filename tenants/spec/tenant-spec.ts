import { z } from "zod";
import { cellNameProblems } from "../../components/rules/cell-name";
import { DATABASE_ENGINES, engineVersionProblems } from "../../components/rules/database-engine";
import { operatorProblems } from "../../components/rules/operators";
import type { ServiceName } from "../../components/rules/services";
import { tenantIdProblems } from "../../components/rules/tenant-id";
import { TENANT_SIZES } from "../../components/rules/tenant-size";
import { TenantSpecError, describeIssues } from "./problems";
import { imageSchema, parseYaml } from "./release";

/** Tiers of AWS's SaaS model; only `silo` can be ordered so far. */
export const TENANT_TIERS = ["silo", "bridge", "pool"] as const;

const OFFERED_TIER = "silo";

/** Longest name of a tenant, in characters; it is shown to people and written into a Kubernetes annotation. */
const MAX_NAME_LENGTH = 128;

const databaseSchema = z
  .strictObject({
    engine: z.enum(DATABASE_ENGINES),
    /** Version line or minor version; by default the line that the cell's parameter group is for. */
    version: z.string().optional(),
    size: z.enum(TENANT_SIZES),
    /** RDS refuses to delete the instance while this is true. Set it to false, and run `up`, before a destroy. */
    deletionProtection: z.boolean().default(true),
  })
  .superRefine((database, context) => {
    if (database.version === undefined) return;
    for (const message of engineVersionProblems("database.version", database.engine, database.version)) {
      context.addIssue({ code: "custom", message });
    }
  });

/** What a customer ordered: everything that tells one tenant's stack from another's. */
export const tenantSpecSchema = z.strictObject({
  /** Slug of the tenant; also its stack's and its namespace's name. */
  id: z.string().superRefine((id, context) => {
    for (const message of tenantIdProblems(id)) context.addIssue({ code: "custom", message });
  }),
  /** Name of the company, for people. */
  name: z.string().trim().min(1).max(MAX_NAME_LENGTH),
  tier: z.enum(TENANT_TIERS).superRefine((tier, context) => {
    if (tier === OFFERED_TIER) return;
    context.addIssue({
      code: "custom",
      message: `tier '${tier}' is not offered yet: expected '${OFFERED_TIER}'`,
    });
  }),
  /** Who to write to about this tenant. */
  contact: z.email(),
  /** Cell that the tenant is placed in, which is the name of the platform's stack. */
  cell: z.string().superRefine((cell, context) => {
    for (const message of cellNameProblems(cell)) context.addIssue({ code: "custom", message });
  }),
  /** How much of the cell the tenant's services may use. */
  size: z.enum(TENANT_SIZES),
  database: databaseSchema,
  /** AWS principals that may act as this tenant's operators in its namespace. */
  operators: z
    .strictObject({
      principalArns: z
        .array(z.string())
        .superRefine((arns, context) => {
          for (const message of operatorProblems("operators.principalArns", arns))
            context.addIssue({ code: "custom", message });
        })
        .default([]),
    })
    .default({ principalArns: [] }),
  /** Images to run instead of the current release's. */
  release: z
    .strictObject({
      gateway: imageSchema("release.gateway").optional(),
      web: imageSchema("release.web").optional(),
      app: imageSchema("release.app").optional(),
      admin: imageSchema("release.admin").optional(),
    } satisfies Record<ServiceName | "gateway", z.ZodType>)
    .default({}),
});

/** A tenant's spec, checked. */
export type TenantSpec = z.output<typeof tenantSpecSchema>;

/**
 * Checks a tenant's spec.
 *
 * @param value what was read
 * @param source file or other origin, named in errors
 * @throws TenantSpecError naming every wrong field at once
 */
export function parseTenantSpec(value: unknown, source: string): TenantSpec {
  const parsed = tenantSpecSchema.safeParse(value);
  if (!parsed.success) throw new TenantSpecError(source, describeIssues(parsed.error.issues, value));
  return parsed.data;
}

/**
 * Reads a tenant's spec from YAML text.
 *
 * @throws TenantSpecError where it is not YAML or is wrong
 */
export function parseTenantSpecText(text: string, source: string): TenantSpec {
  return parseTenantSpec(parseYaml(text, source), source);
}
