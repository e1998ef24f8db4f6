import type { ExitCode } from "../../tenants/cli/exit-codes";
import { TenantryClient } from "../client";
import { type ChangeTask, runChanges } from "./changes";
import { JsonChangeReporter } from "./render/json";
import { LiveChangeReporter } from "./render/live";
import { PlainChangeReporter } from "./render/plain";
import type { ChangeReporter } from "./render/reporter";
import { readSettings } from "./settings";
import type { Surroundings } from "./surroundings";
import { tokensOf } from "./tokens";

/** Options of every command. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** Options of every change. */
export interface ChangeFlags extends CommonOptions {
  readonly wait: boolean;
  readonly queue?: boolean;
  readonly yes?: boolean;
}

/** Waits that are shorter than this are nobody's business, milliseconds. */
const TELL_WAIT_MS = 1000;

/** What a command works with. */
export class Session {
  constructor(readonly surroundings: Surroundings) {}

  /** A client of the API that the environment or the last login names. */
  client({ debug = false }: CommonOptions = {}): TenantryClient {
    const settings = readSettings(this.surroundings.env);
    return new TenantryClient({
      url: settings.apiUrl,
      tokens: tokensOf(settings, this.surroundings.env),
      onRetry: (reason, waitMs) => {
        if (debug || waitMs >= TELL_WAIT_MS) this.note(`${reason}; again in ${(waitMs / 1000).toFixed(1)} s`);
      },
    });
  }

  /** Asks for changes, follows them and shows them. */
  change(
    verb: string,
    flags: ChangeFlags,
    tasks: (client: TenantryClient) => readonly ChangeTask[],
  ): Promise<ExitCode> {
    const client = this.client(flags);
    return runChanges(verb, tasks(client), {
      client,
      reporter: this.reporter(flags),
      surroundings: this.surroundings,
      wait: flags.wait,
      onError: flags.debug === true ? (error) => this.explain(error) : () => undefined,
    });
  }

  /** Writes a document: as JSON, or as a person reads it. */
  show<T>(document: T, { json = false }: CommonOptions, render: (document: T) => string): void {
    this.surroundings.out.write(json ? `${JSON.stringify(document)}\n` : render(document));
  }

  /** A word to the operator, where no document is. */
  note(message: string): void {
    this.surroundings.err.write(`${message}\n`);
  }

  /** Says where an error came from. */
  explain(error: unknown): void {
    this.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  private reporter({ json }: CommonOptions): ChangeReporter {
    const { out, err, terminal } = this.surroundings;
    if (json === true) return new JsonChangeReporter(out);
    return terminal === undefined ? new PlainChangeReporter(out, err) : new LiveChangeReporter(terminal);
  }
}
