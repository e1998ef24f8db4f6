import { z } from "@hono/zod-openapi";
import { TENANT_TIERS } from "../../../tenants/spec/tenant-spec";

/** The cells. */
export const cellsSchema = z
  .object({
    items: z.array(
      z
        .object({
          name: z.string(),
          environment: z.string(),
          region: z.string(),
          domain: z.string(),
          tenants: z.int().openapi({ description: "Tenants that take up room in it." }),
          capacity: z.int().openapi({ description: "Tenants that it has room for." }),
          ready: z.boolean().openapi({ description: "Whether it can take operations." }),
        })
        .openapi("Cell"),
    ),
  })
  .openapi("CellList");

/** The tiers. */
export const tiersSchema = z
  .object({
    items: z.array(
      z
        .object({
          name: z.enum(TENANT_TIERS),
          offered: z.boolean().openapi({ description: "Whether it can be ordered." }),
          description: z.string(),
        })
        .openapi("Tier"),
    ),
  })
  .openapi("TierList");

/** Whether the service is alive. */
export const livenessSchema = z.object({ status: z.literal("ok") }).openapi("Liveness");
