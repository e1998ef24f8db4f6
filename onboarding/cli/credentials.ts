import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { UsageError } from "./failure";
import type { Surroundings } from "./surroundings";

/** The file that `login` writes: `$XDG_CONFIG_HOME/tenantry/credentials.json`, by default under `~/.config`. */
export function credentialsFile(env: Surroundings["env"]): string {
  const configured = env["XDG_CONFIG_HOME"];
  // The XDG Base Directory Specification has relative paths ignored.
  const home =
    configured !== undefined && path.isAbsolute(configured) ? configured : path.join(homedir(), ".config");
  return path.join(home, "tenantry", "credentials.json");
}

/**
 * Reads the file; undefined where there is none.
 *
 * @throws UsageError where others can read it, too
 */
export function readCredentialsFile(file: string): string | undefined {
  try {
    const mode = statSync(file).mode & 0o777;
    if ((mode & 0o077) !== 0) {
      throw new UsageError(
        `${file} has mode ${mode.toString(8)}: expected 600, as it holds a secret; run: chmod 600 ${file}`,
      );
    }
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes the file, for its owner's eyes only, in one step. */
export function writeCredentialsFile(file: string, content: object): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
}
