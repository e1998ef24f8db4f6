import { existsSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { EngineError } from "../errors";

/** A policy pack that Node.js can load as it is, with nothing to compile. */
export interface CompiledPack {
  /** Directory with its `PulumiPolicy.yaml`. */
  readonly directory: string;
  /** Its program, absolute. */
  readonly main: string;
  /** Changes when its program does. */
  readonly version: string;
}

const packFile = z.object({
  runtime: z.union([z.string(), z.object({ name: z.string() })]),
  main: z.string().optional(),
});

const packageFile = z.object({ main: z.string().optional() });

/**
 * Looks at a policy pack; undefined where it must be started the ordinary way, because it is not written for Node.js or
 * not compiled.
 *
 * @param directory the pack's directory
 * @throws EngineError where there is no pack
 */
export function compiledPack(directory: string): CompiledPack | undefined {
  const file = path.join(directory, "PulumiPolicy.yaml");
  if (!existsSync(file)) {
    throw new EngineError(
      `policy pack '${directory}' has no PulumiPolicy.yaml: expected the directory of a policy pack`,
    );
  }
  const { runtime, main } = packFile.parse(parse(readFileSync(file, "utf8")));
  if ((typeof runtime === "string" ? runtime : runtime.name) !== "nodejs") return undefined;
  const program = path.resolve(directory, main ?? mainOf(directory) ?? "index.js");
  const found = [program, `${program}.js`].find(
    (candidate) => /\.c?js$/.test(candidate) && existsSync(candidate),
  );
  if (found === undefined) return undefined;
  return { directory: path.resolve(directory), main: found, version: String(statSync(found).mtimeMs) };
}

function mainOf(directory: string): string | undefined {
  const file = path.join(directory, "package.json");
  return existsSync(file) ? packageFile.parse(JSON.parse(readFileSync(file, "utf8"))).main : undefined;
}
