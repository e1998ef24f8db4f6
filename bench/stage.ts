import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { resetLocalCloud, startLocalCloud } from "../local";
import type { ProgramName } from "./programs";

const REPOSITORY = path.resolve(__dirname, "..");
const INSTANCE = "bench";
const CELL = "organization/tenantry/local";

/** Where the bench plays: a local cloud of its own with a cell, and a project for the CLI. */
export interface Stage {
  /** What every driver is started with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes it all down again. */
  strike(): Promise<void>;
}

/**
 * Builds the stage.
 *
 * @param program which program is to be brought up; only the product's own needs a cell
 * @param tell told what is done next
 */
export async function buildStage(program: ProgramName, tell: (message: string) => void): Promise<Stage> {
  await resetLocalCloud({ instance: INSTANCE });
  tell("starting a local cloud of its own");
  const { env } = await startLocalCloud({ instance: INSTANCE });
  const environment = {
    ...process.env,
    ...env,
    BENCH_PROGRAM: program,
    BENCH_POLICY_PACK: path.join(REPOSITORY, "policy", "guardrails"),
    BENCH_CLI_PROJECT: writeCliProject(),
  };
  if (program === "tenant") {
    tell("bringing a cell up");
    pulumi(environment, "stack", "init", CELL, "--no-select");
    pulumi(environment, "up", "--yes", "--skip-preview", "--stack", CELL);
  }
  return {
    environment,
    strike: async () => {
      rmSync(environment.BENCH_CLI_PROJECT, { recursive: true, force: true });
      await resetLocalCloud({ instance: INSTANCE });
    },
  };
}

function pulumi(env: NodeJS.ProcessEnv, ...args: string[]): void {
  execFileSync("pulumi", [...args, "--non-interactive"], {
    cwd: REPOSITORY,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** A project like the tenants' own, but for its entry, which makes a tenant's spec up. It lies in the
 * repository, for the SDK to be found. */
function writeCliProject(): string {
  const directory = mkdtempSync(path.join(REPOSITORY, ".local", "bench-cli-"));
  mkdirSync(path.join(directory, "program"));
  const entry = path.join(REPOSITORY, "bench", "programs", "cli-entry.ts");
  writeFileSync(
    path.join(directory, "Pulumi.yaml"),
    stringify({
      name: "tenants",
      main: "program/",
      runtime: {
        name: "nodejs",
        options: { typescript: false, nodeargs: "--require=tsx/cjs" },
      },
    }),
  );
  writeFileSync(path.join(directory, "program", "package.json"), JSON.stringify({ main: "index.js" }));
  writeFileSync(
    path.join(directory, "program", "index.js"),
    `module.exports = require(${JSON.stringify(entry)});\n`,
  );
  return directory;
}
