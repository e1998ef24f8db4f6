import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { tenantProgram } from "./program";
import { TenantSpecError, UnknownTenantError, directorySpecSource } from "./spec";

/** Entry of `pulumi -C tenants up -s acme`: the stack's name is the tenant's id, and its spec is in specs/. */
async function main(): Promise<unknown> {
  const source = directorySpecSource(path.join(__dirname, "specs"));
  try {
    const spec = await source.read(pulumi.getStack());
    return await tenantProgram(spec)();
  } catch (error) {
    // The CLI shows a RunError's message alone; a stack trace would bury what the spec's author has to read.
    if (error instanceof TenantSpecError || error instanceof UnknownTenantError) {
      throw new pulumi.RunError(error.message);
    }
    throw error;
  }
}

export = main;
