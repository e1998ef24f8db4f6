import { type TenantSpec, directorySpecSource } from "../spec";
import { BadInputError } from "./failure";
import type { CommandOptions } from "./options";
import { readAll } from "./read-all";

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
  return readAll(
    selected.map((id) => source.read(id)),
    (message) => new BadInputError(message),
  );
}
