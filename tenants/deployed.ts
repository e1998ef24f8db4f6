import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { UserError } from "../components";
import type { TenantSpec } from "./spec";

/** A spec changes what a living tenant must keep. */
export class ImmutableFieldError extends UserError {
  override readonly name = "ImmutableFieldError";
}

/** What of a tenant's outputs cannot change under it; all absent before its first `up` has ended well. */
const deployed = z.object({
  cell: z.string().optional(),
  tenant: z.object({ tier: z.string() }).optional(),
  databaseEngine: z.string().optional(),
  /** Said the engine before `databaseEngine` did, which stays when the database is gone and its snapshot is not. */
  database: z.object({ engine: z.string() }).optional(),
});

/**
 * Refuses to make another thing of a tenant that is up: its data is in one cell, in a database of one engine or in snapshots of one, and
 * neither follows a changed word. Asked before anything is registered, for the change would half take place first: security
 * groups and policies would move to the new engine's port, then the database would refuse.
 *
 * @throws ImmutableFieldError naming each field, its value and what was expected
 */
export async function refuseMoves(spec: TenantSpec): Promise<void> {
  const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: stack });
  const { outputs } = z.object({ outputs: deployed.catch({}) }).parse(answer);
  const fields = [
    ["cell", spec.cell, outputs.cell],
    ["tier", spec.tier, outputs.tenant?.tier],
    ["database.engine", spec.database.engine, outputs.databaseEngine ?? outputs.database?.engine],
  ] as const;
  const problems = fields
    .filter(([, wanted, present]) => present !== undefined && present !== wanted)
    .map(
      ([field, wanted, present]) => `${field} is '${wanted}': expected '${present}', which it was made with`,
    );
  if (problems.length === 0) return;
  throw new ImmutableFieldError(
    `tenant '${spec.id}' is up and cannot be changed so: ${problems.join("; ")}. ` +
      "Restore the field, or destroy the tenant first and make it anew",
  );
}
