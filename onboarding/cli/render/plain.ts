import type { Sink } from "../../../tenants/cli/render/reporter";
import type { Operation, Plan, WatchedProgress } from "../../client";
import type { Failure } from "../failure";
import { outcomeOf } from "./outcome";
import { planLines } from "./plan";
import type { ChangeReporter } from "./reporter";
import { printable } from "../../../tenants/cli/render/words";
import { lineOf } from "./words";

/** A line an event, for pipes and logs. Errors go where errors go. */
export class PlainChangeReporter implements ChangeReporter {
  constructor(
    private readonly out: Sink,
    private readonly err: Sink,
  ) {}

  begin(tenant: string, verb: string): void {
    this.line(tenant, verb);
  }

  accepted(tenant: string, operation: Operation): void {
    this.line(tenant, outcomeOf(operation));
  }

  progress(tenant: string, line: WatchedProgress): void {
    const text = lineOf(line);
    if (text !== undefined) this.line(tenant, text);
  }

  done(tenant: string, operation: Operation): void {
    this.line(tenant, outcomeOf(operation));
  }

  planned(tenant: string, plan: Plan): void {
    for (const line of planLines(plan)) this.line(tenant, line);
  }

  unchanged(tenant: string): void {
    this.line(tenant, "nothing to change");
  }

  failed(tenant: string, { message }: Failure): void {
    this.err.write(`${tenant}: ${printable(message)}\n`);
  }

  end(): void {
    // Nothing is kept back.
  }

  private line(tenant: string, text: string): void {
    const lines = printable(text).split("\n");
    this.out.write(lines.map((line) => `${tenant}: ${line}\n`).join(""));
  }
}
