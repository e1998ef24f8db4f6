import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../components";
import { tenantProgram } from "./program";
import { TenantSpecError, UnknownTenantError, directorySpecSource } from "./spec";

/** Entry of `pulumi -C tenants up -s acme`: the stack's name is the tenant's id, and its spec is in specs/. */
async function main(): Promise<unknown> {
  const source = directorySpecSource(path.join(__dirname, "specs"));
  try {
    const spec = await source.read(pulumi.getStack());
    return await tenantProgram(spec)();
  } catch (error) {
    if (error instanceof TenantSpecError || error instanceof UnknownTenantError) {
      throw new UserError(error.message);
    }
    throw error;
  }
}

export = main;
