import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { repositoryRoot } from "../paths";

/** The cell of the local cloud. */
export const LOCAL_CELL = "local";

const settings = z.object({ config: z.record(z.string(), z.unknown()) });

/**
 * Reads the settings of a cell from its file, as Pulumi's CLI does: structured values become JSON text.
 *
 * @param cell the cell's name
 * @returns the configuration by key, such as `aws:region`
 */
export function readCellSettings(cell: string): Record<string, string> {
  const file = path.join(repositoryRoot, `Pulumi.${cell}.yaml`);
  const { config } = settings.parse(parse(fs.readFileSync(file, "utf8")));
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
