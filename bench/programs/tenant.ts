import type { PulumiFn } from "@pulumi/pulumi/automation";
import { tenantProgram } from "../../tenants/program";
import { parseTenantSpec } from "../../tenants/spec";

/** The product's own program for a tenant of the bench: a small silo with a small database. */
export function tenantOf(id: string): PulumiFn {
  const spec = {
    id,
    name: `Bench ${id}`,
    tier: "silo",
    contact: "platform@bench.example",
    cell: "local",
    size: "small",
    database: { engine: "postgres", size: "small" },
  };
  return tenantProgram(parseTenantSpec(spec, `bench tenant ${id}`));
}
