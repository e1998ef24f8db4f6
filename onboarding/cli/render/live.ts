import { LiveRows, type Terminal } from "../../../tenants/cli/render/live-rows";
import { printable, seconds } from "../../../tenants/cli/render/words";
import type { Operation, Plan, WatchedProgress } from "../../client";
import type { Failure } from "../failure";
import { outcomeOf } from "./outcome";
import { planLines } from "./plan";
import type { ChangeReporter } from "./reporter";
import { lineOf } from "./words";

/** Kinds of progress that stay to be read; the others are gone with the next. */
const LASTING = ["probe", "policy"];

interface Row {
  readonly verb: string;
  readonly started: number;
  at: string;
}

/** A row a tenant that shows what it is at, drawn in place; what stays to be read is above. */
export class LiveChangeReporter implements ChangeReporter {
  private readonly rows = new Map<string, Row>();
  private readonly shown: LiveRows;

  constructor(terminal: Terminal) {
    this.shown = new LiveRows(terminal);
  }

  begin(tenant: string, verb: string): void {
    const row = { verb, started: Date.now(), at: "" };
    this.rows.set(tenant, row);
    this.shown.set(tenant, () => `${tenant}  ${row.verb}  ${seconds(Date.now() - row.started)}  ${row.at}`);
  }

  accepted(tenant: string, operation: Operation, followed: boolean): void {
    if (!followed) this.done(tenant, operation);
    const row = this.rows.get(tenant);
    if (row !== undefined) row.at = outcomeOf(operation);
  }

  progress(tenant: string, line: WatchedProgress): void {
    const text = lineOf(line);
    if (text === undefined) return;
    const row = this.rows.get(tenant);
    if (row !== undefined) row.at = printable(text).replaceAll("\n", " ");
    if (LASTING.includes(line.kind)) this.shown.say(`  ${tenant}: ${printable(text)}`);
  }

  done(tenant: string, operation: Operation): void {
    this.finish(tenant, `✔ ${tenant}: ${printable(outcomeOf(operation))}`);
  }

  planned(tenant: string, plan: Plan): void {
    this.finish(tenant, `✔ ${tenant}: planned`);
    for (const line of planLines(plan)) this.shown.say(`  ${line}`);
  }

  unchanged(tenant: string): void {
    this.finish(tenant, `✔ ${tenant}: nothing to change`);
  }

  failed(tenant: string, { message }: Failure): void {
    this.finish(tenant, `✖ ${tenant}: ${printable(message)}`);
  }

  end(): void {
    this.shown.end();
  }

  private finish(tenant: string, line: string): void {
    this.rows.delete(tenant);
    this.shown.delete(tenant);
    this.shown.say(line);
  }
}
