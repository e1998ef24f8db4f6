import { EXIT, type ExitCode } from "../../tenants/cli/exit-codes";
import { loadEngineCli } from "./lazy.cjs";

/** Runs the command line and ends the process with its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await run(argv);
}

/**
 * Runs the command line.
 *
 * @param argv as `process.argv` has it
 */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  const [node = "", script = "", command, ...rest] = argv;
  if (command === "engine") return loadEngineCli().run([node, script, ...rest]);
  return EXIT.badInput;
}
