import { z } from "zod";
import { TENANT_PRESENCES } from "../../../components/rules/presence";
import type { Outputs } from "../../engine";
import { NotFoundError } from "../failure";

const tenantOutputs = z.object({
  tenant: z.object({ id: z.string(), name: z.string(), tier: z.string(), size: z.string() }),
  cell: z.string(),
  presence: z.enum(TENANT_PRESENCES).default("serving"),
  namespace: z.string().optional(),
  hostName: z.string(),
  operatorsGroup: z.string(),
  keyArn: z.string(),
  roleArn: z.string().optional(),
  database: z
    .object({
      engine: z.string(),
      endpoint: z.string(),
      port: z.number(),
      name: z.string(),
      username: z.string(),
      secretArn: z.string(),
      deletionProtection: z.boolean(),
    })
    .optional(),
  release: z.string(),
});

/** What a tenant has, as its stack's outputs tell. */
export type TenantFacts = z.output<typeof tenantOutputs>;

/**
 * Reads a tenant's outputs.
 *
 * @throws NotFoundError where it was never brought up whole
 */
export function parseTenantOutputs(tenant: string, outputs: Outputs): TenantFacts {
  const values = Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  const parsed = tenantOutputs.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new NotFoundError(
    `tenant '${tenant}' was never brought up whole: its output '${issue?.path.join(".") ?? ""}' is missing or wrong; run: tenantry engine up ${tenant}`,
  );
}
