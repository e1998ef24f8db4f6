import { stringify } from "yaml";
import { facts, table } from "../../../tenants/cli/render/table";
import { printable } from "../../../tenants/cli/render/words";
import type { Operation, WatchedProgress } from "../../client";
import { detailsOf, problemType } from "../failure";
import { isOpen } from "../open";
import { lineOf } from "./words";

/** Operations, a row each. */
export function operationTable(operations: readonly Operation[]): string {
  const rows = operations.map(({ id, tenantId, kind, status, step, problem, createdAt }) => [
    id,
    tenantId,
    kind,
    status,
    step ?? "-",
    problem === undefined ? "-" : problemType(problem),
    createdAt,
  ]);
  return table(
    ["OPERATION", "TENANT", "KIND", "STATUS", "STEP", "PROBLEM", "ASKED FOR"],
    rows,
    "no operations",
  );
}

/**
 * All of an operation: what was asked, what it did, and what kept it from more.
 *
 * @param steps its progress from step to step
 */
export function renderOperation(operation: Operation, steps: readonly WatchedProgress[]): string {
  const { id, tenantId, cell, kind, status, step, input, result, problem } = operation;
  return [
    facts([
      ["Operation", id],
      ["Tenant", tenantId],
      ["Cell", cell],
      ["Kind", input.planned === undefined ? kind : `${kind} of ${input.planned}`],
      ["Status", status],
      ["Step", step],
      ["Phase before", operation.phaseBefore],
      ["Asked for", operation.createdAt],
      ["  by", operation.requestedBy],
      ["  request", operation.requestId],
      ["Began", operation.startedAt],
      ["Ended", operation.endedAt],
      ["Follow it", isOpen(operation) ? `tenantry watch ${id}` : undefined],
    ]),
    problem === undefined ? "" : section(`Problem: ${problemType(problem)}`, problemText(problem)),
    section("Steps", steps.map((line) => `${line.at}  ${lineOf(line) ?? line.kind}\n`).join("")),
    section("Asked", yamlOf(input)),
    section("Result", yamlOf(result ?? {})),
  ].join("");
}

function problemText(problem: NonNullable<Operation["problem"]>): string {
  const next = problem.next === undefined ? "" : `next: ${problem.next}\n`;
  return `${problem.detail}\n${next}${yamlOf(detailsOf(problem))}`;
}

/** A heading and indented lines; nothing where there are none. */
function section(heading: string, text: string): string {
  if (text === "") return "";
  const lines = printable(text).trimEnd().split("\n");
  return `\n${heading}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function yamlOf(document: Readonly<Record<string, unknown>>): string {
  return Object.keys(document).length === 0 ? "" : stringify(document, { lineWidth: 0 });
}
