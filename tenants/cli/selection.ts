import { type TenantSpec, directorySpecSource } from "../spec";
import { BadInputError } from "./failure";
import type { CommandOptions } from "./options";

/**
 * The tenants that a command is about.
 *
 * @param ids those that were named
 * @param everything where `--all` takes them from
 * @throws BadInputError where none was named, or some were besides `--all`
 */
export async function selectIds(
  ids: readonly string[],
  { all = false }: CommandOptions,
  everything: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  if (all && ids.length > 0)
    throw new BadInputError(`--all was given with ${ids.join(", ")}: expected one or the other`);
  if (!all && ids.length === 0)
    throw new BadInputError("no tenant was named: expected one or more tenant ids, or --all");
  return all ? everything() : [...new Set(ids)];
}

/**
 * Reads the specs that a command is about. Every wrong spec is told, and then nothing is begun.
 *
 * @throws TenantSpecError, UnknownTenantError or BadInputError
 */
export async function selectSpecs(ids: readonly string[], options: CommandOptions): Promise<TenantSpec[]> {
  const source = directorySpecSource(options.specs);
  const selected = await selectIds(ids, options, () => source.ids());
  const read = await Promise.allSettled(selected.map((id) => source.read(id)));
  const failures = read.flatMap((result) => (result.status === "rejected" ? [asError(result.reason)] : []));
  const [first] = failures;
  if (first !== undefined) {
    if (failures.length === 1) throw first;
    throw new BadInputError(failures.map(({ message }) => message).join("\n"));
  }
  return read.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
