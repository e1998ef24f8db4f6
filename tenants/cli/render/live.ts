import type { EngineEvent, OperationResult } from "../../engine";
import type { Failure } from "../failure";
import { LiveRows, type Terminal } from "./live-rows";
import type { Reporter } from "./reporter";
import { lineOf, seconds, summaryOf } from "./words";

interface Row {
  readonly tenant: string;
  readonly operation: string;
  readonly started: number;
  finished: number;
  /** What is under way, the latest last. */
  readonly busy: Map<string, string>;
}

/** A line a tenant that shows what it is at, drawn in place; what stays to be read is above. */
export class LiveReporter implements Reporter {
  private readonly rows = new Map<string, Row>();
  private readonly shown: LiveRows;

  constructor(terminal: Terminal) {
    this.shown = new LiveRows(terminal);
  }

  begin(tenant: string, operation: string): void {
    const row = { tenant, operation, started: Date.now(), finished: 0, busy: new Map<string, string>() };
    this.rows.set(tenant, row);
    this.shown.set(tenant, () => textOf(row));
  }

  event(tenant: string, event: EngineEvent): void {
    const row = this.rows.get(tenant);
    if (row === undefined) return;
    if (event.kind === "resource-pre" && event.operation !== "same") {
      row.busy.set(event.urn, lineOf(event) ?? event.name);
    } else if (event.kind === "resource-progress") {
      row.busy.set(event.urn, `${event.name}: ${event.message}`);
    } else if (event.kind === "resource-outputs" || event.kind === "resource-failed") {
      row.busy.delete(event.urn);
      row.finished += 1;
    } else if (event.kind === "diagnostic" || event.kind === "policy") {
      const line = lineOf(event);
      if (line !== undefined) this.shown.say(`${tenant}: ${line}`);
    }
    if (event.kind === "resource-pre" && event.planned && event.operation !== "same") {
      this.shown.say(`${tenant}: ${lineOf(event) ?? event.name}`);
    }
  }

  done(tenant: string, result: OperationResult): void {
    this.finish(tenant, `✔ ${tenant}: ${summaryOf(result)}`);
    for (const { urn } of result.recovered) this.shown.say(`  put right what a killed run had left: ${urn}`);
  }

  failed(tenant: string, failure: Failure): void {
    this.finish(tenant, `✖ ${tenant}: ${failure.message}`);
  }

  note(message: string): void {
    this.shown.say(message);
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

function textOf({ tenant, operation, started, finished, busy }: Row): string {
  const at = [...busy.values()].at(-1) ?? "";
  return `${tenant}  ${operation}  ${finished} done, ${seconds(Date.now() - started)}  ${at}`;
}
