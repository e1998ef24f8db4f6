import { text } from "node:stream/consumers";
import { canAsk, confirm } from "../../tenants/cli/confirm";
import { openBrowser } from "./login/browser";
import { askSecret } from "./login/secret";
import type { Terminal } from "../../tenants/cli/render/live-rows";
import type { Sink } from "../../tenants/cli/render/reporter";

/** What a command finds around it; a test brings its own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Sink;
  readonly err: Sink;
  /** Where lines can be drawn in place; undefined in a pipe. */
  readonly terminal?: Terminal;
  /** Whether somebody is there to be asked. */
  canAsk(): boolean;
  /** Asks; rejects for anything but a yes. */
  confirm(question: string): Promise<void>;
  /** Asks for a secret, which is not shown while it is typed. */
  askSecret(question: string): Promise<string>;
  /** Opens a page in a browser; whether there is one. */
  openBrowser(url: string): Promise<boolean>;
  /** All of the standard input. */
  readInput(): Promise<string>;
  /** Fires where somebody presses Ctrl-C; `release` gives the signals back. */
  listenForInterrupt(): { readonly signal: AbortSignal; release(): void };
}

/** This process's. */
export function processSurroundings(): Surroundings {
  return {
    env: process.env,
    out: process.stdout,
    err: process.stderr,
    terminal: process.stdout.isTTY && process.stderr.isTTY ? process.stderr : undefined,
    canAsk,
    confirm,
    askSecret,
    openBrowser,
    readInput: () => text(process.stdin),
    listenForInterrupt: () => {
      const controller = new AbortController();
      const abort = (): void => controller.abort();
      process.once("SIGINT", abort);
      process.once("SIGTERM", abort);
      return {
        signal: controller.signal,
        release: () => {
          process.off("SIGINT", abort);
          process.off("SIGTERM", abort);
        },
      };
    },
  };
}
