import type { Command } from "commander";
import { bashScript } from "./bash";
import { fishScript } from "./fish";
import { type CompletableCommand, completableCommands } from "./tree";
import { zshScript } from "./zsh";

/** The shells that there is a script for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CompletableCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** Whether a word names one of {@link SHELLS}. */
export function isShell(word: string): word is Shell {
  return SHELLS.some((shell) => shell === word);
}

/**
 * A shell's completion script, made of the very commands that are run.
 *
 * @param program the program
 * @param engine the program behind its command `engine`
 */
export function completionScript(shell: Shell, program: Command, engine: Command): string {
  return SCRIPTS[shell](completableCommands(program, engine));
}
