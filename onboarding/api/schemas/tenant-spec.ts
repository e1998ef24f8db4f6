import { z } from "@hono/zod-openapi";
import { MAX_CELL_NAME_LENGTH } from "../../../components/rules/cell-name";
import { DATABASE_ENGINES } from "../../../components/rules/database-engine";
import { MAX_TENANT_ID_LENGTH, MIN_TENANT_ID_LENGTH } from "../../../components/rules/tenant-id";
import { TENANT_SIZES } from "../../../components/rules/tenant-size";
import { TENANT_TIERS, tenantSpecSchema } from "../../../tenants/spec/tenant-spec";

const EXAMPLE = {
  id: "acme",
  name: "Acme Corporation",
  tier: "silo",
  contact: "platform@acme.example",
  cell: "local",
  size: "small",
  database: { engine: "postgres", size: "small" },
};

const { shape } = tenantSpecSchema;

/**
 * A tenant's spec as a client sends it. It is the very schema that the engine's specs are checked with, described.
 * The clones are there because a schema that was made before zod learned to describe has no `openapi`.
 */
export const specBodySchema = tenantSpecSchema
  .extend({
    id: shape.id.clone().openapi({
      description:
        "Slug of the tenant, for ever. Reserved words, such as `kube-system` or `admin`, are refused, and so is an id that was ever used before.",
      minLength: MIN_TENANT_ID_LENGTH,
      maxLength: MAX_TENANT_ID_LENGTH,
      pattern: "^[a-z](?:-?[a-z0-9])*$",
      examples: ["acme"],
    }),
    name: shape.name.clone().openapi({ description: "Name of the company, for people." }),
    tier: shape.tier.clone().openapi({
      description: "How much the tenant has to itself. See `/v1/tiers` for what is offered.",
    }),
    cell: shape.cell.clone().openapi({
      description: "Cell that the tenant is placed in. See `/v1/cells`.",
      maxLength: MAX_CELL_NAME_LENGTH,
      pattern: "^[a-z](?:-?[a-z0-9])*$",
    }),
  })
  .openapi("TenantSpecInput", { examples: [EXAMPLE] });

/**
 * A merge patch of a spec (RFC 7396): what is absent stays, `null` takes a member away. Only its outline is checked here;
 * the spec that comes out of it is checked as any other.
 */
export const specPatchSchema = z.record(z.string(), z.unknown()).openapi("TenantSpecPatch", {
  type: "object",
  description:
    "A JSON merge patch (RFC 7396) of the tenant's spec: what is absent stays, `null` takes an optional member away. `id`, `cell` and `tier` cannot change.",
  properties: {
    name: { type: "string", minLength: 1, maxLength: 128 },
    contact: { type: "string", format: "email" },
    size: { type: "string", enum: [...TENANT_SIZES] },
    database: {
      type: "object",
      properties: {
        version: { type: ["string", "null"] },
        size: { type: "string", enum: [...TENANT_SIZES] },
        deletionProtection: { type: ["boolean", "null"] },
      },
    },
    operators: {
      type: ["object", "null"],
      properties: { principalArns: { type: ["array", "null"], items: { type: "string" } } },
    },
    release: {
      type: ["object", "null"],
      properties: Object.fromEntries(
        ["gateway", "web", "app", "admin"].map((name) => [name, { type: ["string", "null"] }]),
      ),
    },
  },
  examples: [{ size: "medium", database: { size: "medium" } }],
});

/** A tenant's spec as the API tells it: every default is filled in. */
export const specSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    tier: z.enum(TENANT_TIERS),
    contact: z.string(),
    cell: z.string(),
    size: z.enum(TENANT_SIZES),
    database: z.object({
      engine: z.enum(DATABASE_ENGINES),
      version: z.string().optional(),
      size: z.enum(TENANT_SIZES),
      deletionProtection: z.boolean(),
    }),
    operators: z.object({ principalArns: z.array(z.string()) }),
    release: z.object({
      gateway: z.string().optional(),
      web: z.string().optional(),
      app: z.string().optional(),
      admin: z.string().optional(),
    }),
  })
  .openapi("TenantSpec", {
    examples: [
      {
        ...EXAMPLE,
        database: { engine: "postgres", size: "small", deletionProtection: true },
        operators: { principalArns: [] },
        release: {},
      },
    ],
  });
