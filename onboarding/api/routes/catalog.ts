import { type OpenAPIHono, createRoute } from "@hono/zod-openapi";
import { TENANT_TIERS, tenantSpecSchema } from "../../../tenants/spec/tenant-spec";
import type { ApiDependencies } from "../dependencies";
import type { ApiEnvironment } from "../environment";
import { cellsSchema, tiersSchema } from "../schemas/catalog";
import { READ_PROBLEMS, json, permitted } from "./answers";

const tags = ["Catalog"];

const cells = createRoute({
  method: "get",
  path: "/v1/cells",
  operationId: "listCells",
  summary: "List the cells",
  tags,
  ...permitted("cells.read"),
  responses: { 200: json(cellsSchema, "The cells, and how full they are."), ...READ_PROBLEMS },
});

const tiers = createRoute({
  method: "get",
  path: "/v1/tiers",
  operationId: "listTiers",
  summary: "List the tiers",
  tags,
  ...permitted("tiers.read"),
  responses: { 200: json(tiersSchema, "The tiers, and which of them can be ordered."), ...READ_PROBLEMS },
});

const DESCRIPTIONS: Readonly<Record<(typeof TENANT_TIERS)[number], string>> = {
  silo: "A namespace, a database instance, a key and a user pool of its own.",
  bridge: "A namespace of its own, and a schema or database on a shared instance.",
  pool: "A shared namespace; rows are told apart by tenant under row-level security.",
};

/** Adds the endpoints that tell what can be ordered, and where there is room for it. */
export function registerCatalog(
  app: OpenAPIHono<ApiEnvironment>,
  { cells: knownCells }: ApiDependencies,
): void {
  app.openapi(cells, async (c) => {
    // read with the schema, which leaves out whatever it does not name
    return c.json(cellsSchema.parse({ items: await knownCells.list() }), 200);
  });
  app.openapi(tiers, (c) => {
    const items = TENANT_TIERS.map((name) => ({
      name,
      offered: tenantSpecSchema.shape.tier.safeParse(name).success,
      description: DESCRIPTIONS[name],
    }));
    return c.json({ items }, 200);
  });
}
