import type { EngineEvent, OperationResult, ResourceOperation } from "../../engine";

const DOING: Readonly<Partial<Record<ResourceOperation, string>>> = {
  create: "creating",
  update: "updating",
  delete: "deleting",
  replace: "replacing",
  "create-replacement": "creating replacement of",
  "delete-replaced": "deleting replaced",
  read: "reading",
  refresh: "refreshing",
  import: "importing",
};

const DONE: Readonly<Partial<Record<ResourceOperation, string>>> = {
  create: "created",
  update: "updated",
  delete: "deleted",
  replace: "replaced",
  same: "unchanged",
  read: "read",
  refresh: "refreshed",
  import: "imported",
};

/** A line about an event; undefined where it tells an operator nothing. */
export function lineOf(event: EngineEvent): string | undefined {
  switch (event.kind) {
    case "resource-pre":
      if (event.operation === "same" || event.operation === "refresh") return undefined;
      return event.planned
        ? `would be ${DONE[event.operation] ?? event.operation}: ${event.type} ${event.name}${changedProperties(event.changed)}`
        : `${DOING[event.operation] ?? event.operation} ${event.type} ${event.name}`;
    case "resource-outputs":
      if (event.planned || event.operation === "same") return undefined;
      if (event.operation === "refresh" && event.changed.length === 0) return undefined;
      return `${DONE[event.operation] ?? event.operation} ${event.type} ${event.name}${changedProperties(event.changed)}`;
    case "resource-failed":
      return `FAILED ${DOING[event.operation] ?? event.operation} ${event.type} ${event.name}`;
    case "resource-progress":
      return `${event.name}: ${event.message}`;
    case "diagnostic":
      return event.severity === "warning" ? `warning: ${event.message}` : undefined;
    case "policy":
      return event.violation.level === "advisory"
        ? `advice of ${event.violation.policy}: ${event.violation.message}`
        : undefined;
    case "summary":
      return undefined;
  }
}

function changedProperties(changed: readonly string[]): string {
  return changed.length === 0 ? "" : ` (${changed.join(", ")})`;
}

/** What an operation did, in a line. */
export function summaryOf(result: OperationResult): string {
  const counts = Object.entries(result.changes).map(
    ([operation, count]) => `${count} ${doneWord(operation)}`,
  );
  return `${counts.length === 0 ? "nothing to do" : counts.join(", ")} in ${seconds(result.durationMs)}`;
}

/** What was done by an operation on a resource, such as `created`. */
export function doneWord(operation: string): string {
  return Object.entries(DONE).find(([name]) => name === operation)?.[1] ?? operation;
}

/** What an operation does to a resource, such as `creating`. */
export function doingWord(operation: string): string {
  return Object.entries(DOING).find(([name]) => name === operation)?.[1] ?? operation;
}

/** Milliseconds as seconds for people. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Text without what a terminal would obey: names and messages come from others. Lines stay lines. */
export function printable(text: string): string {
  return text.replaceAll("\t", " ").replaceAll(/[\p{Cc}\p{Cf}]/gu, (char) => (char === "\n" ? char : "�"));
}
