import { Command, CommanderError } from "commander";
import { type CommandContext, destroy, preview, refresh, up } from "./commands";
import { ENGINE_EXIT_CODES, EXIT, type ExitCode, exitCodesHelp } from "./exit-codes";
import { type Failure, failureOf } from "./failure";
import { list } from "./list";
import { type CommandOptions, DEFAULT_CONCURRENCY, DEFAULT_SPECS, parseCount } from "./options";
import { JsonReporter } from "./render/json";
import { LiveReporter } from "./render/live";
import { PlainReporter } from "./render/plain";
import type { Reporter, Sink } from "./render/reporter";
import { show } from "./show/show";

/**
 * Runs `tenantry engine …`.
 *
 * @param argv as `process.argv` has it, without the word `engine`
 */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const { json, debug } = flagsOf(argv);
  // To a machine all that is said is the document below.
  const complaints: Sink = json ? { write: () => undefined } : process.stderr;
  const program = engineProgram((ended) => (code = ended), complaints);
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Its zero is --help.
      if (error.exitCode === 0) return EXIT.ok;
      if (!json) return EXIT.badInput;
    }
    const failure = failureOf(error);
    tell(failure, json);
    if (debug) explain(error);
    return failure.code;
  }
}

/**
 * The commands of `tenantry engine`.
 *
 * @param end is told how one ended
 * @param complaints where it says what is wrong with the words of a command; default: standard error
 */
export function engineProgram(end: (code: ExitCode) => void, complaints: Sink = process.stderr): Command {
  const program = new Command("tenantry engine")
    .description(
      "Brings tenants' stacks up, shows them and takes them down, from here and without the service.",
    )
    .exitOverride()
    .configureOutput({ writeErr: (text) => complaints.write(text) })
    .showHelpAfterError("(tenantry engine --help lists commands and options)")
    .addHelpText("after", helpText("preview acme", "up acme globex", "show acme"));

  const operation = (
    name: string,
    description: string,
    action: (ids: readonly string[], context: CommandContext) => Promise<ExitCode>,
    examples: readonly string[],
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
      .addHelpText("after", helpText(...examples))
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
  judged(
    operation("up", "make tenants what their specs say", up, ["up acme globex", "up --all --yes"]),
  ).option("--yes", "do not ask");
  judged(operation("preview", "say what up would do", preview, ["preview acme"]));
  operation("refresh", "bring tenants' states to what is there", refresh, ["refresh acme"]);
  operation("destroy", "delete tenants and all their data", destroy, ["destroy acme --remove-protection"])
    .option("--remove-protection", "lift the deletion protection of their databases first")
    .option("--yes", "do not ask");

  program
    .command("show")
    .description("show what a tenant has")
    .argument("<tenant>", "tenant id")
    .option("--json", "one JSON document, for machines")
    .option("--debug", "shows where an error came from")
    .addHelpText("after", helpText("show acme"))
    .action(async (tenant: string, options: CommandOptions) =>
      end(await show(tenant, options, process.stdout)),
    );
  program
    .command("list")
    .description("list tenants")
    .option("--specs <directory>", "where the tenants' specs are", DEFAULT_SPECS)
    .option("--json", "one JSON document, for machines")
    .option("--debug", "shows where an error came from")
    .addHelpText("after", helpText("list"))
    .action(async (options: CommandOptions) => end(await list(options, process.stdout)));
  return program;
}

function helpText(...examples: readonly string[]): string {
  const lines = examples.map((example) => `  $ tenantry engine ${example}\n`);
  return `\nExamples:\n${lines.join("")}\n${exitCodesHelp(ENGINE_EXIT_CODES)}`;
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
