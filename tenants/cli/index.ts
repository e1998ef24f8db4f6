import { Command, CommanderError } from "commander";
import { type CommandContext, destroy, preview, refresh, up } from "./commands";
import { EXIT, EXIT_CODES_HELP, type ExitCode } from "./exit-codes";
import { type Failure, failureOf } from "./failure";
import { list } from "./list";
import { type CommandOptions, DEFAULT_CONCURRENCY, DEFAULT_SPECS, parseCount } from "./options";
import { JsonReporter } from "./render/json";
import { LiveReporter } from "./render/live";
import { PlainReporter } from "./render/plain";
import type { Reporter } from "./render/reporter";
import { show } from "./show/show";

/**
 * Runs `tenantry engine …`.
 *
 * @param argv as `process.argv` has it, without the word `engine`
 */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = engineProgram((ended) => (code = ended));
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said it already; its zeros are --help and --version.
      return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
    }
    const { json, debug } = flagsOf(argv);
    const failure = failureOf(error);
    tell(failure, json);
    if (debug) explain(error);
    return failure.code;
  }
}

/** The commands of `tenantry engine`; `end` is told how one ended. */
export function engineProgram(end: (code: ExitCode) => void): Command {
  const program = new Command("tenantry engine")
    .description(
      "Brings tenants' stacks up, shows them and takes them down, from here and without the service.",
    )
    .exitOverride()
    .showHelpAfterError("(tenantry engine --help lists commands and options)")
    .addHelpText("after", `\n${EXIT_CODES_HELP}`);

  const operation = (
    name: string,
    description: string,
    action: (ids: readonly string[], context: CommandContext) => Promise<ExitCode>,
  ): Command =>
    program
      .command(name)
      .description(description)
      .argument("[tenants...]", "tenant ids")
      .option("--all", "every tenant")
      .option("--specs <directory>", "where the tenants' specs are", DEFAULT_SPECS)
      .option("--concurrency <count>", "how many tenants at once", parseCount, DEFAULT_CONCURRENCY)
      .option("--json", "a JSON document a line, for machines")
      .option("--debug", "shows where an error came from")
      .addHelpText("after", `\n${EXIT_CODES_HELP}`)
      .action(async (ids: string[], options: CommandOptions) => {
        end(
          await action(ids, {
            options,
            reporter: reporterFor(options),
            onError: options.debug ? explain : ignore,
          }),
        );
      });

  const judged = (command: Command): Command =>
    command
      .option("--policy-pack <directory...>", "packs that judge it (default: the guardrails)")
      .option("--secrets-provider <url>", "secrets provider of new stacks (default: the backend's)");
  judged(operation("up", "make tenants what their specs say", up)).option("--yes", "do not ask");
  judged(operation("preview", "say what up would do", preview));
  operation("refresh", "bring tenants' states to what is there", refresh);
  operation("destroy", "delete tenants and all their data", destroy)
    .option("--remove-protection", "lift the deletion protection of their databases first")
    .option("--yes", "do not ask");

  program
    .command("show")
    .description("show what a tenant has")
    .argument("<tenant>", "tenant id")
    .option("--json", "one JSON document, for machines")
    .option("--debug", "shows where an error came from")
    .action(async (tenant: string, options: CommandOptions) =>
      end(await show(tenant, options, process.stdout)),
    );
  program
    .command("list")
    .description("list tenants")
    .option("--specs <directory>", "where the tenants' specs are", DEFAULT_SPECS)
    .option("--json", "one JSON document, for machines")
    .option("--debug", "shows where an error came from")
    .action(async (options: CommandOptions) => end(await list(options, process.stdout)));
  return program;
}

function reporterFor({ json }: CommandOptions): Reporter {
  if (json === true) return new JsonReporter(process.stdout);
  return process.stderr.isTTY && process.stdout.isTTY
    ? new LiveReporter(process.stderr)
    : new PlainReporter(process.stdout, process.stderr);
}

function flagsOf(argv: readonly string[]): { json: boolean; debug: boolean } {
  return { json: argv.includes("--json"), debug: argv.includes("--debug") };
}

function tell({ code, error, message, details }: Failure, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ type: "error", code, error, message, ...details })}\n`);
  else process.stderr.write(`error: ${message}\n`);
}

function explain(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

function ignore(): void {
  // The reporter has said what there is to say.
}
