import { Engine } from "../engine";
import { directorySpecSource } from "../spec";
import { EXIT, type ExitCode } from "./exit-codes";
import { TENANTS_PROJECT } from "../../components/rules/projects";
import type { CommandOptions } from "./options";
import type { Sink } from "./render/reporter";
import { table } from "./render/table";

/** A tenant as the list shows it. */
export interface ListedTenant {
  readonly id: string;
  /** Whether a spec says that it should be. */
  readonly spec: boolean;
  /** Whether a stack says that it is. */
  readonly deployed: boolean;
  readonly resources?: number;
  readonly lastUpdate?: string;
}

/** `tenantry engine list`: every tenant that has a spec or a stack. */
export async function list(options: CommandOptions, out: Sink): Promise<ExitCode> {
  const engine = new Engine();
  const [ids, stacks] = await Promise.all([
    directorySpecSource(options.specs).ids(),
    engine.list(TENANTS_PROJECT),
  ]);
  const tenants = [...new Set([...ids, ...stacks.map(({ stack }) => stack)])]
    .sort()
    .map((id): ListedTenant => {
      const stack = stacks.find((candidate) => candidate.stack === id);
      return {
        id,
        spec: ids.includes(id),
        deployed: (stack?.resourceCount ?? 0) > 0,
        ...(stack?.resourceCount === undefined ? {} : { resources: stack.resourceCount }),
        ...(stack?.lastUpdate === undefined ? {} : { lastUpdate: stack.lastUpdate.toISOString() }),
      };
    });
  out.write(options.json === true ? `${JSON.stringify(tenants)}\n` : tenantTable(tenants));
  return EXIT.ok;
}

function tenantTable(tenants: readonly ListedTenant[]): string {
  const rows = tenants.map(({ id, spec, deployed, resources, lastUpdate }) => [
    id,
    spec ? "yes" : "no",
    deployed ? "yes" : "no",
    resources === undefined ? "-" : String(resources),
    lastUpdate ?? "-",
  ]);
  return table(["TENANT", "SPEC", "DEPLOYED", "RESOURCES", "LAST CHANGE"], rows, "no tenants");
}
