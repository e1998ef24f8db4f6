import { createInterface } from "node:readline";

/** Somebody was asked, and did not say yes. */
export class DeclinedError extends Error {
  override readonly name = "DeclinedError";
}

/**
 * Asks at the terminal.
 *
 * @throws DeclinedError for anything but a plain yes, Ctrl-C and the end of the input among it
 */
export async function confirm(question: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await new Promise<string>((resolve) => {
      terminal.once("close", () => resolve(""));
      terminal.once("SIGINT", () => resolve(""));
      terminal.question(`${question} [y/N] `, resolve);
    });
    if (!/^y(es)?$/i.test(answer.trim())) throw new DeclinedError("not confirmed: nothing was changed");
  } finally {
    terminal.close();
  }
}

/** Whether somebody is there to be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}
