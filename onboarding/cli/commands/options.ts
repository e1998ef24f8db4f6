import { type Command, Option } from "commander";
import { exitCodesHelp } from "../../../tenants/cli/exit-codes";
import { SERVICE_EXIT_CODES } from "../exit-codes";
import type { ChangeOptions } from "../../client";
import { UsageError } from "../failure";
import type { ChangeFlags } from "../session";

/** Adds the options of every command, and its examples to its help. */
export function common(command: Command, ...examples: readonly [string, ...string[]]): Command {
  return command
    .option("--json", "JSON, for machines")
    .option("--debug", "shows where an error came from")
    .addHelpText("after", helpText(examples.map((example) => `tenantry ${example}`)));
}

/** Adds the options of every change. */
export function change(command: Command, ...examples: readonly [string, ...string[]]): Command {
  return common(
    command
      .option("--no-wait", "return once it is accepted, and follow it with: tenantry watch <operation>")
      .option("--queue", "go behind an operation that is at work on the tenant (default: refuse)"),
    ...examples,
  );
}

/** What a change's flags ask of the API. */
export function changeOptions({ queue }: ChangeFlags): ChangeOptions {
  return queue === true ? { whenBusy: "queue" } : {};
}

/** `--yes`. */
export function yes(): Option {
  return new Option("--yes", "do not ask");
}

/** How many of a list that grows without end are shown where nobody says how many. */
export const DEFAULT_LIMIT = 50;

/** The longest page that the API gives. */
const MAX_PAGE = 200;

/**
 * `--limit`.
 *
 * @param most where it is not given; default: all
 */
export function limit(most?: number): Option {
  return new Option("--limit <count>", `how many at most${most === undefined ? " (default: all)" : ""}`)
    .argParser(parseCount("--limit", 1, 100_000))
    .default(most);
}

/** The size of a page where no more than so many are wanted. */
export function pageSize(most = MAX_PAGE): number {
  return Math.min(most, MAX_PAGE);
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

/** Examples and exit codes, as they stand behind each command's help. */
export function helpText(examples: readonly string[]): string {
  const lines = examples.map((example) => `  $ ${example}\n`);
  return `\nExamples:\n${lines.join("")}\n${exitCodesHelp(SERVICE_EXIT_CODES)}`;
}
