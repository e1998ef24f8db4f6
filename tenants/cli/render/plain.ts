import type { EngineEvent, OperationResult } from "../../engine";
import type { Failure } from "../failure";
import type { Reporter, Sink } from "./reporter";
import { lineOf, summaryOf } from "./words";

/** A line an event, for pipes and logs. Errors go where errors go. */
export class PlainReporter implements Reporter {
  constructor(
    private readonly out: Sink,
    private readonly err: Sink,
  ) {}

  begin(tenant: string, operation: string): void {
    this.line(tenant, operation);
  }

  event(tenant: string, event: EngineEvent): void {
    const line = lineOf(event);
    if (line !== undefined) this.line(tenant, line);
  }

  done(tenant: string, result: OperationResult): void {
    for (const { urn, operation } of result.recovered) {
      this.line(tenant, `put right what a killed run had left: ${urn}, interrupted while ${operation}`);
    }
    this.line(tenant, `done: ${summaryOf(result)}`);
  }

  failed(tenant: string, failure: Failure): void {
    this.err.write(`${tenant}: ${failure.message}\n`);
  }

  note(message: string): void {
    this.err.write(`${message}\n`);
  }

  end(): void {
    // Nothing is kept back.
  }

  private line(tenant: string, text: string): void {
    this.out.write(
      text
        .split("\n")
        .map((line) => `${tenant}: ${line}\n`)
        .join(""),
    );
  }
}
