import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { repository } from "./paths.mjs";

const file = path.join(repository, "dist", "tools.json");

/** Writes down where the programs are; local/tools.ts reads it. */
export function writeTools(tools) {
  const text = JSON.stringify(tools, undefined, 2) + "\n";
  if (read() === text) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function read() {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
