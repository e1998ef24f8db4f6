import type { PulumiFn } from "@pulumi/pulumi/automation";
import { tenantProgram } from "../../tenants/program";
import { type TenantSpec, parseTenantSpec } from "../../tenants/spec";

/** The spec of a tenant of the bench: a small silo with a small database. */
export function specOf(id: string): TenantSpec {
  const spec = {
    id,
    name: `Bench ${id}`,
    tier: "silo",
    contact: "platform@bench.example",
    cell: "local",
    size: "small",
    database: { engine: "postgres", size: "small" },
  };
  return parseTenantSpec(spec, `bench tenant ${id}`);
}

/** The product's own program for a tenant of the bench. */
export function tenantOf(id: string): PulumiFn {
  return tenantProgram(specOf(id));
}
