import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import type { Environment } from "./environment";

/** Directory in a Pulumi home to which the CLI writes a log of every run. */
const LOGS = "logs";

/** Directory in a Pulumi home into which the CLI installs what a run lacks; what it gets must outlive the run. */
const PLUGINS = "plugins";

/**
 * Makes a view of the Pulumi home in which the CLI keeps no log of its own. It writes one of every run, nearly a megabyte
 * of it for a tenant, in JSON, encrypted: a sixth of its CPU time, and no setting turns it off. Where it cannot make its
 * directory of logs it does without, so that is a plain file here. Everything else is the home's own.
 *
 * @param directory where to make it; it must not exist
 * @param environment names the home in PULUMI_HOME; default: `.pulumi` in the user's home directory
 */
export function writeLoglessHome(directory: string, environment: Environment): void {
  const home = path.resolve(environment["PULUMI_HOME"] || path.join(homedir(), ".pulumi"));
  mkdirSync(directory);
  mkdirSync(path.join(home, PLUGINS), { recursive: true });
  for (const entry of readdirSync(home)) {
    if (entry !== LOGS) symlinkSync(path.join(home, entry), path.join(directory, entry));
  }
  writeFileSync(path.join(directory, LOGS), "");
}
