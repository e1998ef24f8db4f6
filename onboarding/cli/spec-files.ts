import { readFile } from "node:fs/promises";
import { type TenantSpec, TenantSpecError, parseTenantSpecText } from "../../tenants/spec";
import { UsageError } from "./failure";

/**
 * Reads tenants' specs. Every wrong file is told of, and then nothing is begun.
 *
 * @param files YAML files, a tenant each
 * @throws TenantSpecError, or UsageError where several are wrong or say the same tenant
 */
export async function readSpecFiles(files: readonly string[]): Promise<TenantSpec[]> {
  const read = await Promise.allSettled(files.map(readSpecFile));
  const failures = read.flatMap((result) => (result.status === "rejected" ? [asError(result.reason)] : []));
  const [first] = failures;
  if (first !== undefined) {
    throw failures.length === 1 ? first : new UsageError(failures.map(({ message }) => message).join("\n"));
  }
  const specs = read.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  refuseTwins(specs, files);
  return specs;
}

async function readSpecFile(file: string): Promise<TenantSpec> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new TenantSpecError(file, [`cannot be read: ${asError(error).message}`]);
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

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
