import type { Command, Option } from "commander";

/** An option that can be completed. */
export interface CompletableOption {
  /** Such as `--phase`. */
  readonly flag: string;
  readonly description: string;
  /** What comes behind it: nothing, one of some words, a path, or something that nobody can guess. */
  readonly value: "none" | "path" | "free" | readonly string[];
}

/** A word that can be completed. */
export interface CompletableWord {
  readonly word: string;
  readonly description: string;
}

/** A command that can be completed. */
export interface CompletableCommand {
  /** The words that lead to it, each with a space before it: "" for the program, ` webhooks add`. */
  readonly path: string;
  readonly words: readonly CompletableWord[];
  readonly options: readonly CompletableOption[];
  /** Whether files are among its arguments. */
  readonly files: boolean;
}

/** Placeholders of values that are paths. */
const PATHS = /<(directory|file)/;

/**
 * Every command that can be completed.
 *
 * @param program the program
 * @param engine its command `engine`, whose own commands are elsewhere
 */
export function completableCommands(program: Command, engine: Command): CompletableCommand[] {
  return [...walk(program, ""), ...walk(engine, " engine")].filter(
    ({ path }, index, all) => all.findLastIndex((other) => other.path === path) === index,
  );
}

function walk(command: Command, path: string): CompletableCommand[] {
  const words = [
    ...command.commands.map((it) => ({ word: it.name(), description: it.description() })),
    ...command.registeredArguments.flatMap((it) =>
      (it.argChoices ?? []).map((word) => ({ word, description: it.description })),
    ),
  ];
  const own: CompletableCommand = {
    path,
    words,
    options: command.options.flatMap(completableOption),
    files: command.registeredArguments.some((it) => it.name().startsWith("files")),
  };
  return [own, ...command.commands.flatMap((it) => walk(it, `${path} ${it.name()}`))];
}

function completableOption(option: Option): CompletableOption[] {
  const { long, flags, description, argChoices, required, optional } = option;
  if (long === undefined || long === null || option.hidden) return [];
  if (argChoices !== undefined) return [{ flag: long, description, value: argChoices }];
  if (!required && !optional) return [{ flag: long, description, value: "none" }];
  return [{ flag: long, description, value: PATHS.test(flags) ? "path" : "free" }];
}
