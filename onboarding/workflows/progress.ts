import type { EngineEvent } from "../../tenants/engine";
import type { Progress } from "../registry";
import { ResourceSpans } from "./resource-spans";

type Line = Pick<Progress, "kind" | "data">;

/** How long lines are gathered before they are written together, milliseconds. */
const FLUSH_MS = 250;

/** Writes an operation's progress as it comes, in order, and never in the way of the work. */
export class ProgressWriter {
  private lines: Line[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing = Promise.resolve();
  private spans: ResourceSpans | undefined;
  /** Resources that something is done to, as a person would name them. */
  private readonly underWay = new Set<string>();

  constructor(
    private readonly write: (lines: readonly Line[]) => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Takes a line. */
  add(kind: string, data: Readonly<Record<string, unknown>>): void {
    this.lines.push({ kind, data });
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Does work whose resource operations become spans below the one that is active now. */
  async tracing<T>(work: () => Promise<T>): Promise<T> {
    const spans = new ResourceSpans();
    this.spans = spans;
    try {
      return await work();
    } finally {
      spans.end();
    }
  }

  /** Takes what the engine tells of a resource; the rest of its events is not progress. */
  engine(event: EngineEvent): void {
    this.spans?.take(event);
    switch (event.kind) {
      case "resource-pre":
        if (event.operation !== "same" && event.operation !== "read")
          this.resource(event, event.operation, "begun");
        break;
      case "resource-outputs":
        if (event.operation !== "same" && event.operation !== "read")
          this.resource(event, event.operation, event.planned ? "planned" : "done");
        break;
      case "resource-failed":
        this.resource(event, event.operation, "failed");
        break;
      case "resource-progress":
        this.add("message", { type: event.type, name: event.name, message: event.message });
        break;
      case "policy":
        this.add("policy", { ...event.violation });
        break;
      case "diagnostic":
      case "summary":
        break;
    }
  }

  /** Resources that the engine is at, other than those that only hold others. */
  waitingFor(): string[] {
    return [...this.underWay];
  }

  /** Writes what has been taken, and waits until it is written. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.lines;
    this.lines = [];
    if (lines.length > 0) {
      this.writing = this.writing
        .then(() => this.write(lines))
        // Progress is for who watches: an operation does not fail for it.
        .catch(this.onError);
    }
    return this.writing;
  }

  private resource(ref: { type: string; name: string }, operation: string, outcome: string): void {
    const what = `${operation} of ${ref.type} '${ref.name}'`;
    if (outcome !== "begun") this.underWay.delete(what);
    // The type of a component, of the stack or of a provider names no module.
    else if (ref.type.includes("/")) this.underWay.add(what);
    this.add("resource", { type: ref.type, name: ref.name, operation, outcome });
  }
}
