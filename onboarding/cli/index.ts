import { CommanderError } from "commander";
import { EXIT, type ExitCode } from "../../tenants/cli/exit-codes";
import { type Failure, failureOf } from "./failure";
import { loadEngineCli } from "./lazy.cjs";
import { buildProgram } from "./program";
import { printable } from "../../tenants/cli/render/words";
import { type Surroundings, processSurroundings } from "./surroundings";

/** Runs the command line and ends the process with its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever reads may have had enough, such as `head`.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.ok);
    throw error;
  });
  process.exitCode = await run(argv);
}

/**
 * Runs the command line.
 *
 * @param argv as `process.argv` has it
 * @param surroundings what the command finds around it; default: this process's
 */
export async function run(
  argv: readonly string[],
  surroundings: Surroundings = processSurroundings(),
): Promise<ExitCode> {
  const [node = "", script = "", command, ...rest] = argv;
  if (command === "engine") return loadEngineCli().run([node, script, ...rest]);
  const json = argv.includes("--json");
  let code: ExitCode = EXIT.ok;
  try {
    // To a machine all that is said is the document below.
    const err = json ? { write: () => undefined } : surroundings.err;
    await buildProgram(surroundings, (ended) => (code = ended), err).parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Its zeros are --help and --version.
      if (error.exitCode === 0) return EXIT.ok;
      if (!json) return EXIT.badInput;
    }
    const failure = failureOf(error);
    tell(failure, json, surroundings);
    if (argv.includes("--debug") && error instanceof Error) surroundings.err.write(`${error.stack ?? ""}\n`);
    return failure.code;
  }
}

function tell({ code, error, message, details }: Failure, json: boolean, { out, err }: Surroundings): void {
  if (json) out.write(`${JSON.stringify({ ...details, type: "error", code, error, message })}\n`);
  else err.write(`error: ${printable(message)}\n`);
}
