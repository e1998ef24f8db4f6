import type { EngineEvent, OperationResult } from "../../engine";
import type { Failure } from "../failure";
import type { Reporter } from "./reporter";
import { lineOf, seconds, summaryOf } from "./words";

/** How often the lines are drawn again, milliseconds. */
const FRAME_MS = 120;
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

interface Row {
  readonly tenant: string;
  readonly operation: string;
  readonly started: number;
  finished: number;
  /** What is under way, the latest last. */
  readonly busy: Map<string, string>;
}

/** The terminal's side of it: what {@link process.stderr} offers. */
export interface Terminal {
  readonly columns?: number;
  write(text: string): unknown;
}

/** A line a tenant that shows what it is at, drawn in place; what stays to be read is above. */
export class LiveReporter implements Reporter {
  private readonly rows = new Map<string, Row>();
  private drawn = 0;
  private frame = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly terminal: Terminal) {}

  begin(tenant: string, operation: string): void {
    this.rows.set(tenant, { tenant, operation, started: Date.now(), finished: 0, busy: new Map() });
    this.timer ??= setInterval(() => this.draw(), FRAME_MS);
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
      if (line !== undefined) this.say(`${tenant}: ${line}`);
    }
    if (event.kind === "resource-pre" && event.planned && event.operation !== "same") {
      this.say(`${tenant}: ${lineOf(event) ?? event.name}`);
    }
  }

  done(tenant: string, result: OperationResult): void {
    this.finish(tenant, `✔ ${tenant}: ${summaryOf(result)}`);
    for (const { urn } of result.recovered) this.say(`  put right what a killed run had left: ${urn}`);
  }

  failed(tenant: string, failure: Failure): void {
    this.finish(tenant, `✖ ${tenant}: ${failure.message}`);
  }

  note(message: string): void {
    this.say(message);
  }

  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.erase();
  }

  private finish(tenant: string, line: string): void {
    this.rows.delete(tenant);
    this.say(line);
  }

  private say(text: string): void {
    this.erase();
    this.terminal.write(`${text}\n`);
    this.draw();
  }

  private draw(): void {
    this.erase();
    this.frame += 1;
    const width = (this.terminal.columns ?? 80) - 1;
    const lines = [...this.rows.values()].map((row) => this.rowText(row).slice(0, width));
    if (lines.length > 0) this.terminal.write(`${lines.join("\n")}\n`);
    this.drawn = lines.length;
  }

  private rowText({ tenant, operation, started, finished, busy }: Row): string {
    const mark = SPINNER[this.frame % SPINNER.length] ?? "";
    const at = [...busy.values()].at(-1) ?? "";
    return `${mark} ${tenant}  ${operation}  ${finished} done, ${seconds(Date.now() - started)}  ${at}`;
  }

  private erase(): void {
    if (this.drawn > 0) this.terminal.write(`\x1b[${this.drawn}A\x1b[J`);
    this.drawn = 0;
  }
}
