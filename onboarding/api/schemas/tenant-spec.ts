import { z } from "@hono/zod-openapi";
import { MAX_CELL_NAME_LENGTH } from "../../../components/rules/cell-name";
import { DATABASE_ENGINES } from "../../../components/rules/database-engine";
import { DIGEST_REFERENCE } from "../../../components/rules/image";
import { PRINCIPAL_ARN } from "../../../components/rules/operators";
import { MAX_TENANT_ID_LENGTH, MIN_TENANT_ID_LENGTH } from "../../../components/rules/tenant-id";
import { TENANT_SIZES } from "../../../components/rules/tenant-size";
import { TENANT_TIERS, tenantSpecSchema } from "../../../tenants/spec/tenant-spec";
import { TEXT_PATTERN } from "./common";

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

const PRINCIPAL = { type: "string", pattern: PRINCIPAL_ARN.source } as const;
const IMAGE_PATTERN = DIGEST_REFERENCE.source;
const VERSION_PATTERN = "^\\d+(?:\\.\\d+)?$";

/** Parts of a tenant that have an image of their own. */
const IMAGES = ["gateway", "web", "app", "admin"] as const;

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
    name: shape.name
      .clone()
      .openapi({ description: "Name of the company, for people.", pattern: TEXT_PATTERN }),
    tier: shape.tier.clone().openapi({
      description: "How much the tenant has to itself. See `/v1/tiers` for what is offered.",
    }),
    cell: shape.cell.clone().openapi({
      description: "Cell that the tenant is placed in. See `/v1/cells`.",
      maxLength: MAX_CELL_NAME_LENGTH,
      pattern: "^[a-z](?:-?[a-z0-9])*$",
    }),
    database: shape.database.clone().openapi({
      description: "Its engine cannot change. The version is the cell's line, or a minor version of it.",
      properties: {
        engine: { type: "string", enum: [...DATABASE_ENGINES] },
        version: { type: "string", pattern: VERSION_PATTERN },
        size: { type: "string", enum: [...TENANT_SIZES] },
        deletionProtection: { type: "boolean", default: true },
      },
    }),
    operators: shape.operators.clone().openapi({
      description: "AWS principals that may act as the tenant's operators in its namespace, each once.",
      properties: { principalArns: { type: "array", items: PRINCIPAL, uniqueItems: true, default: [] } },
    }),
    release: shape.release.clone().openapi({
      description: "Images to run instead of the current release's, by digest.",
      properties: Object.fromEntries(
        IMAGES.map((name) => [name, { type: "string" as const, pattern: IMAGE_PATTERN }]),
      ),
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
  additionalProperties: false,
  properties: {
    name: { type: "string", minLength: 1, maxLength: 128, pattern: TEXT_PATTERN },
    contact: { type: "string", format: "email" },
    size: { type: "string", enum: [...TENANT_SIZES] },
    database: {
      type: "object",
      additionalProperties: false,
      properties: {
        version: { type: ["string", "null"], pattern: VERSION_PATTERN },
        size: { type: "string", enum: [...TENANT_SIZES] },
        deletionProtection: { type: ["boolean", "null"] },
      },
    },
    operators: {
      type: ["object", "null"],
      additionalProperties: false,
      properties: { principalArns: { type: ["array", "null"], items: PRINCIPAL } },
    },
    release: {
      type: ["object", "null"],
      additionalProperties: false,
      properties: Object.fromEntries(
        IMAGES.map((name) => [name, { type: ["string", "null"], pattern: IMAGE_PATTERN }]),
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
