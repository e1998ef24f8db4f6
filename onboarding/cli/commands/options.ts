import { type Command, Option } from "commander";
import { EXIT_CODES_HELP } from "../../../tenants/cli/exit-codes";
import { UsageError } from "../failure";

/** Adds the options of every command, and its examples to its help. */
export function common(command: Command, ...examples: string[]): Command {
  return command
    .option("--json", "JSON, for machines")
    .option("--debug", "shows where an error came from")
    .addHelpText("after", `\n${examplesHelp(examples)}${EXIT_CODES_HELP}`);
}

/** Adds the options of every change. */
export function change(command: Command, ...examples: string[]): Command {
  return common(
    command
      .option("--no-wait", "return once it is accepted, and follow it with: tenantry watch <operation>")
      .option("--queue", "go behind an operation that is at work on the tenant (default: refuse)"),
    ...examples,
  );
}

/** `--yes`. */
export function yes(): Option {
  return new Option("--yes", "do not ask");
}

/** `--limit`. */
export function limit(): Option {
  return new Option("--limit <count>", "how many at most")
    .argParser(parseCount("--limit", 1, 100_000))
    .default(50);
}

/** Reads a whole number off the command line. */
export function parseCount(name: string, from: number, to: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!/^\d+$/.test(text) || count < from || count > to) {
      throw new UsageError(`${name} is '${text}': expected a whole number from ${from} to ${to}`);
    }
    return count;
  };
}

function examplesHelp(examples: readonly string[]): string {
  return examples.length === 0
    ? ""
    : `Examples:\n${examples.map((example) => `  $ tenantry ${example}\n`).join("")}\n`;
}
