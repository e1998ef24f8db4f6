import { readFile } from "node:fs/promises";
import { readAll } from "../../tenants/cli/read-all";
import { type TenantSpec, TenantSpecError, parseTenantSpecText } from "../../tenants/spec";
import { UsageError } from "./failure";

/**
 * Reads tenants' specs. Every wrong file is told of, and then nothing is begun.
 *
 * @param files YAML files, a tenant each
 * @throws TenantSpecError, or UsageError where several are wrong or say the same tenant
 */
export async function readSpecFiles(files: readonly string[]): Promise<TenantSpec[]> {
  const specs = await readAll(files.map(readSpecFile), (message) => new UsageError(message));
  refuseTwins(specs, files);
  return specs;
}

async function readSpecFile(file: string): Promise<TenantSpec> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new TenantSpecError(file, [
      `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  });
  return parseTenantSpecText(text, file);
}

function refuseTwins(specs: readonly TenantSpec[], files: readonly string[]): void {
  for (const [index, { id }] of specs.entries()) {
    const twin = specs.findIndex((other) => other.id === id);
    if (twin < index)
      throw new UsageError(`id is '${id}' in ${files[twin]} and ${files[index]}: expected one file a tenant`);
  }
}
