import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { InterruptedError } from "../failure";

/** Where a secret is asked for. */
export interface SecretTerminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks for a secret, which is not shown while it is typed.
 *
 * @throws InterruptedError for Ctrl-C and the end of the input
 */
export async function askSecret(
  question: string,
  { input, output }: SecretTerminal = { input: process.stdin, output: process.stderr },
): Promise<string> {
  output.write(question);
  // As a terminal, readline turns the terminal's own echo off; its own goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      const none = (): void => reject(new InterruptedError("no secret was given"));
      lines.once("line", resolve).once("SIGINT", none).once("close", none);
    });
  } finally {
    lines.close();
    output.write("\n");
  }
}
