import { z } from "zod";
import {
  type EngineEvent,
  RESOURCE_OPERATIONS,
  type ResourceOperation,
  type ResourceRef,
  resourceOf,
} from "./events";

/** Pulumi's event log, as far as it is used here (sdk/go/common/apitype/events.go). */
const metadata = z.object({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  diffs: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
  new: z.unknown(),
});

/** What an import read; looked into there alone, as it is most of a line. */
const readResource = z.object({
  inputs: z.record(z.string(), z.unknown()),
  outputs: z.record(z.string(), z.unknown()),
});

const step = z.object({ metadata, planning: z.boolean().optional() });

const changes = z.record(z.string(), z.number()).nullish();

const wireEvent = z.object({
  resourcePreEvent: step.optional(),
  resOutputsEvent: step.optional(),
  resOpFailedEvent: step.optional(),
  diagnosticEvent: z
    .object({
      urn: z.string().optional(),
      message: z.string(),
      severity: z.string(),
      ephemeral: z.boolean().optional(),
    })
    .optional(),
  policyEvent: z
    .object({
      resourceUrn: z.string().optional(),
      message: z.string(),
      policyName: z.string(),
      policyPackName: z.string(),
      enforcementLevel: z.string(),
    })
    .optional(),
  summaryEvent: z.object({ durationSeconds: z.number(), resourceChanges: changes }).optional(),
  errorEvent: z.object({ error: z.string() }).optional(),
});

type WireStep = z.output<typeof step>;

/** Kinds of event that cost much to parse and tell nothing that is used. */
const SKIPPED =
  /"(?:policyRemediateSummaryEvent|policyAnalyzeSummaryEvent|policyAnalyzeStackSummaryEvent|policyLoadEvent|preludeEvent|cancelEvent|stdoutEvent|startDebuggingEvent|progressEvent)":/;

/** Where in a line its kind stands: behind the sequence number and the timestamp. */
const HEAD = 96;

/** The severity of what only someone who debugs Pulumi itself reads stands near a diagnostic's end. */
const TAIL = 64;

/**
 * Turns a line of Pulumi's event log into an event; undefined where there is nothing to tell.
 *
 * @param line one JSON document
 * @throws SyntaxError or ZodError where Pulumi speaks another language than the one this was written for
 */
export function parseWireEvent(line: string): EngineEvent | undefined {
  if (SKIPPED.test(line.slice(0, HEAD))) return undefined;
  if (line.slice(-TAIL).includes('"severity":"debug"')) return undefined;
  const event = wireEvent.parse(JSON.parse(line));

  if (event.resourcePreEvent !== undefined)
    return { kind: "resource-pre", ...stepOf(event.resourcePreEvent) };
  if (event.resOutputsEvent !== undefined) {
    const { op, new: made } = event.resOutputsEvent.metadata;
    return {
      kind: "resource-outputs",
      ...stepOf(event.resOutputsEvent),
      ...(op === "import" ? { read: readResource.parse(made) } : {}),
    };
  }
  if (event.resOpFailedEvent !== undefined) {
    const { urn, type, name, operation } = stepOf(event.resOpFailedEvent);
    return { kind: "resource-failed", urn, type, name, operation };
  }
  if (event.diagnosticEvent !== undefined) {
    const { urn, message, severity, ephemeral } = event.diagnosticEvent;
    const text = message.trim();
    if (severity === "debug" || text === "") return undefined;
    if (ephemeral === true) {
      return urn === undefined ? undefined : { kind: "resource-progress", ...resourceOf(urn), message: text };
    }
    return { kind: "diagnostic", severity: severityOf(severity), message: text, ...(urn ? { urn } : {}) };
  }
  if (event.policyEvent !== undefined) {
    const { resourceUrn, message, policyName, policyPackName, enforcementLevel } = event.policyEvent;
    return {
      kind: "policy",
      violation: {
        pack: policyPackName,
        policy: policyName,
        level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
        ...(resourceUrn ? { urn: resourceUrn } : {}),
        message: message.trim(),
      },
    };
  }
  if (event.summaryEvent !== undefined) {
    return {
      kind: "summary",
      changes: changesOf(event.summaryEvent.resourceChanges ?? {}),
      seconds: event.summaryEvent.durationSeconds,
    };
  }
  if (event.errorEvent !== undefined) {
    return { kind: "diagnostic", severity: "error", message: event.errorEvent.error.trim() };
  }
  return undefined;
}

function stepOf(wire: WireStep): ResourceRef & {
  operation: ResourceOperation;
  planned: boolean;
  changed: readonly string[];
} {
  const { op, urn, diffs, detailedDiff } = wire.metadata;
  return {
    ...resourceOf(urn),
    type: wire.metadata.type,
    operation: operationOf(op),
    planned: wire.planning ?? false,
    changed: diffs ?? Object.keys(detailedDiff ?? {}),
  };
}

function operationOf(op: string): ResourceOperation {
  const known = RESOURCE_OPERATIONS.find((operation) => operation === op);
  if (known === undefined) throw new SyntaxError(`Pulumi names an operation '${op}' that is not known here`);
  return known;
}

function severityOf(severity: string): "info" | "warning" | "error" {
  return severity === "error" || severity === "warning" ? severity : "info";
}

function changesOf(wire: Record<string, number>): Partial<Record<ResourceOperation, number>> {
  return Object.fromEntries(
    Object.entries(wire)
      .filter(([, count]) => count > 0)
      .map(([op, count]) => [operationOf(op), count]),
  );
}
