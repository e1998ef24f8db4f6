import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { z } from "zod";

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

const installedManifest = z.object({ version: z.string() });

/** The npm packages a program's own package.json names, with the versions that are installed. */
export function programDependencies(programDirectory: string): { name: string; version: string }[] {
  const file = createRequire(path.join(programDirectory, "index.js"))
    .resolve.paths("x")
    ?.map((folder) => path.join(folder, "..", "package.json"));
  const text = (file ?? []).map(read).find((found) => found !== undefined);
  if (text === undefined) {
    return [];
  }
  const { dependencies, devDependencies } = manifest.parse(JSON.parse(text));
  return Object.entries({ ...dependencies, ...devDependencies }).map(([name, range]) => ({
    name,
    version: installedVersion(name, programDirectory) ?? range,
  }));
}

function installedVersion(name: string, from: string): string | undefined {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const text = read(path.join(folder, "node_modules", name, "package.json"));
    if (text !== undefined) {
      return installedManifest.safeParse(JSON.parse(text)).data?.version;
    }
    if (folder === path.dirname(folder)) {
      return undefined;
    }
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
