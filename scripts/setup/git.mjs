import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { repository } from "./paths.mjs";

const key = "filter.pulumi-salt.clean";
const command = "sed -e /^encryptionsalt:/d";

/**
 * Pulumi writes `encryptionsalt` into a stack's settings file. The local cell's salt belongs to the random passphrase
 * of one clone and must not be committed; .gitattributes names a filter for it, which git has to be told once a clone.
 */
export function configureGit() {
  if (!existsSync(path.join(repository, ".git"))) return;
  const git = (...args) =>
    execFileSync("git", args, { cwd: repository, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  try {
    if (git("config", "--local", "--default", "", "--get", key).trim() !== command) {
      git("config", "--local", key, command);
    }
  } catch {
    // No git here, or a clone that may not be written: then git shows the salt as a change, and nothing else.
  }
}
