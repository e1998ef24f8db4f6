import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { repository } from "./paths.mjs";

const key = "filter.pulumi-salt.clean";
const command = "sed -e /^encryptionsalt:/d";
const settingsFile = "Pulumi.local.yaml";

/**
 * Pulumi writes `encryptionsalt` into a stack's settings file. The local cell's salt belongs to the random passphrase
 * of one clone and must not be committed: .gitattributes names a filter that leaves it out of what git compares and
 * commits, which git has to be told about once a clone.
 */
export function configureGit() {
  if (!existsSync(path.join(repository, ".git"))) return;
  try {
    if (git("config", "--local", "--default", "", "--get", key) !== command) {
      git("config", "--local", key, command);
    }
    forgetSize();
  } catch {
    // No git here, or a clone that may not be written: then git shows the salt as a change, and nothing else.
  }
}

/**
 * `git status` takes a file whose size changed for modified without looking into it. When the salt is all that changed,
 * this makes git note the new size.
 */
function forgetSize() {
  const file = path.join(repository, settingsFile);
  if (!existsSync(file) || !/^encryptionsalt:/m.test(readFileSync(file, "utf8"))) return;
  const modified = git("status", "--porcelain", "--", settingsFile).startsWith("M", 1);
  if (modified && git("diff", "--", settingsFile) === "") git("update-index", "--", settingsFile);
}

function git(...args) {
  const options = { cwd: repository, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
  return execFileSync("git", args, options).replace(/\n$/, "");
}
