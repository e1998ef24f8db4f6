import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { TenantSpecError, UnknownTenantError } from "./problems";
import { parseYaml, readText } from "./release";
import { type TenantSpec, parseTenantSpec } from "./tenant-spec";

/** Where tenants' specs come from: a directory now, the registry later. */
export interface SpecSource {
  /** Ids of all tenants, sorted. */
  ids(): Promise<string[]>;
  /**
   * One tenant's spec.
   *
   * @throws UnknownTenantError where there is none, TenantSpecError where it is wrong
   */
  read(tenantId: string): Promise<TenantSpec>;
}

const EXTENSIONS = [".yaml", ".yml"];

/**
 * Specs in a directory, one file a tenant, named after it: `acme.yaml` is tenant `acme`'s.
 *
 * Every call looks at all files, so that an id that two files claim is an error whichever of them is asked for.
 * A file that is wrong in other ways concerns only its own tenant.
 */
export function directorySpecSource(directory: string): SpecSource {
  return {
    async ids() {
      const files = await readAll(directory);
      refuseDuplicates(directory, files);
      return files.map((file) => file.id).sort();
    },
    async read(tenantId) {
      const files = await readAll(directory);
      refuseDuplicates(
        directory,
        files.filter((file) => file.id === tenantId),
      );
      const found =
        files.find((file) => file.id === tenantId) ?? files.find((file) => file.stem === tenantId);
      if (found === undefined) {
        throw new UnknownTenantError(tenantId, directory, files.map((file) => file.id).sort());
      }
      if (found.failure !== undefined) throw found.failure;
      const spec = parseTenantSpec(found.document, found.file);
      if (spec.id !== found.stem) {
        throw new TenantSpecError(found.file, [
          `id is '${spec.id}': expected '${found.stem}', as the file is named after its tenant`,
        ]);
      }
      return spec;
    },
  };
}

interface SpecFile {
  readonly file: string;
  /** Name of the file without its extension. */
  readonly stem: string;
  /** Id that the document gives, or the file's stem where it gives none. */
  readonly id: string;
  readonly document: unknown;
  /** Why the file could not be read as YAML. */
  readonly failure?: TenantSpecError;
}

async function readAll(directory: string): Promise<SpecFile[]> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    throw new TenantSpecError(directory, [
      `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  const files = names.filter((name) => EXTENSIONS.includes(path.extname(name))).sort();
  return Promise.all(
    files.map(async (name) => {
      const file = path.join(directory, name);
      const stem = path.basename(name, path.extname(name));
      const text = await readText(file);
      try {
        const document = parseYaml(text, file);
        return { file, stem, id: idOf(document) ?? stem, document };
      } catch (error) {
        if (!(error instanceof TenantSpecError)) throw error;
        return { file, stem, id: stem, document: undefined, failure: error };
      }
    }),
  );
}

function idOf(document: unknown): string | undefined {
  if (typeof document !== "object" || document === null || !("id" in document)) return undefined;
  return typeof document.id === "string" ? document.id : undefined;
}

function refuseDuplicates(directory: string, files: readonly SpecFile[]): void {
  const byId = new Map<string, string[]>();
  for (const { id, file } of files) byId.set(id, [...(byId.get(id) ?? []), file]);
  const problems = [...byId]
    .filter(([, claimants]) => claimants.length > 1)
    .map(
      ([id, claimants]) => `id '${id}' is claimed by ${claimants.join(" and ")}: expected one file a tenant`,
    );
  if (problems.length > 0) throw new TenantSpecError(directory, problems);
}
