import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Command } from "commander";
import { chosenInstance } from "../index";
import { issueKubeconfig } from "../kubernetes";
import { instancePaths } from "../paths";
import { readTools } from "../tools";

const collect = (value: string, others: string[]) => [...others, value];

/** Adds `kubeconfig`, which gives a user the credentials that an identity provider would give in production. */
export function addKubeconfigCommand(program: Command): void {
  program
    .command("kubeconfig")
    .description("issue a kubeconfig for a user, with a client certificate that is good for a day")
    .requiredOption("--user <name>", "the user")
    .option("--group <name>", "a group of the user; may be repeated", collect, [])
    .option("--out <file>", "write it to a file, readable by its owner only; by default it is printed")
    .action(async ({ user, group, out }: { user: string; group: string[]; out?: string }) => {
      const folder = mkdtempSync(path.join(tmpdir(), "kubeconfig-"));
      const file = out ? path.resolve(out) : path.join(folder, "kubeconfig");
      const directory = instancePaths(chosenInstance()).kubernetes;
      try {
        await issueKubeconfig({ binary: readTools().kubernetes, directory, user, groups: group, file });
        if (!out) {
          process.stdout.write(readFileSync(file, "utf8"));
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
}
