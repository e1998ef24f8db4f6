import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { TENANT_PRESENCES, UserError } from "../components";
import type { TenantSpec } from "./spec";
import { SERVING, type TenantState } from "./state";

/** A spec changes what a living tenant must keep. */
export class ImmutableFieldError extends UserError {
  override readonly name = "ImmutableFieldError";
}

/** What of a tenant's outputs the next run goes by; all absent before its first `up` has ended well. */
const deployed = z.object({
  cell: z.string().optional(),
  tenant: z.object({ tier: z.string() }).optional(),
  presence: z.enum(TENANT_PRESENCES).optional(),
  databaseEngine: z.string().optional(),
  databaseLifetime: z.number().optional(),
  /** Said the engine before `databaseEngine` did, which stays when the database is gone and its snapshot is not. */
  database: z.object({ engine: z.string() }).optional(),
});

/** What a tenant's stack says of itself. */
export type DeployedTenant = z.output<typeof deployed>;

/** Reads what the tenant's own stack says. */
export async function readDeployed(): Promise<DeployedTenant> {
  const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: stack });
  return z.object({ outputs: deployed.catch({}) }).parse(answer).outputs;
}

/**
 * The state that a tenant is in, for a run that nobody told another: a suspended tenant stays suspended, and one whose
 * database is in a snapshot gets no empty one. A tenant that is new is to serve.
 */
export function presentState({ presence, database, databaseLifetime }: DeployedTenant): TenantState {
  if (presence === undefined) return SERVING;
  const lifetime = databaseLifetime ?? SERVING.database.lifetime;
  return { presence, database: { present: database !== undefined, lifetime } };
}

/**
 * Refuses to make another thing of a tenant that is up: its data is in one cell, in a database of one engine or in
 * snapshots of one, and neither follows a changed word. Asked before anything is registered, for the change would half take
 * place first: security groups and policies would move to the new engine's port, then the database would refuse.
 *
 * @throws ImmutableFieldError naming each field, its value and what was expected
 */
export function refuseMoves(spec: TenantSpec, present: DeployedTenant): void {
  const fields = [
    ["cell", spec.cell, present.cell],
    ["tier", spec.tier, present.tenant?.tier],
    ["database.engine", spec.database.engine, present.databaseEngine ?? present.database?.engine],
  ] as const;
  const problems = fields
    .filter(([, wanted, made]) => made !== undefined && made !== wanted)
    .map(([field, wanted, made]) => `${field} is '${wanted}': expected '${made}', which it was made with`);
  if (problems.length === 0) return;
  throw new ImmutableFieldError(
    `tenant '${spec.id}' is up and cannot be changed so: ${problems.join("; ")}. ` +
      "Restore the field, or destroy the tenant first and make it anew",
  );
}
