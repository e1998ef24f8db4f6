import { readFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { repositoryRoot } from "./paths";

const tools = z.object({
  pulumi: z.string().min(1),
  languageHost: z.string().min(1).nullable(),
  kubernetes: z.string().min(1),
});

/**
 * The programs that scripts/setup.mjs found or built for this clone, as absolute paths. `languageHost` is null where
 * the CLI brings its own.
 */
export type Tools = z.infer<typeof tools>;

/** @throws if the setup has not been run in this clone */
export function readTools(file = path.join(repositoryRoot, "dist", "tools.json")): Tools {
  try {
    return tools.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new Error(`This clone is not set up: ${file} is missing or damaged. Run: node scripts/setup.mjs`, {
      cause: error,
    });
  }
}
