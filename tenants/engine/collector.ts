import type { ResourceFailure } from "./errors";
import { type EngineEvent, type ResourceOperation, resourceOf } from "./events";
import type { ReadResource } from "./pending";
import type { InterruptedOperation, PolicyViolation, ResourceStep } from "./types";

/** The CLI's words for what a killed run left behind (pkg/resource/deploy/deployment_executor.go). */
const INTERRUPTED = /^ {2}\* (\S+), interrupted while (\S+)$/gm;

/** Draws a result out of an operation's events. */
export class Collector {
  readonly violations: PolicyViolation[] = [];
  changes: Readonly<Partial<Record<ResourceOperation, number>>> = {};
  interrupted: readonly InterruptedOperation[] = [];
  /** What an import read, by urn. */
  readonly read = new Map<string, ReadResource>();
  private readonly stepsByKey = new Map<string, ResourceStep>();
  private readonly errorsByUrn = new Map<string, string[]>();
  private readonly otherErrors: string[] = [];

  /** Takes the next event. */
  add(event: EngineEvent): void {
    switch (event.kind) {
      case "resource-pre":
        this.step({
          ...refOf(event),
          operation: event.operation,
          changed: event.changed,
          outcome: "planned",
        });
        break;
      case "resource-outputs":
        this.step({
          ...refOf(event),
          operation: event.operation,
          changed: event.changed,
          outcome: event.planned ? "planned" : "done",
        });
        if (event.read !== undefined) this.read.set(event.urn, event.read);
        break;
      case "resource-failed":
        this.step({ ...refOf(event), operation: event.operation, changed: [], outcome: "failed" });
        break;
      case "policy":
        this.violations.push(event.violation);
        break;
      case "summary":
        this.changes = event.changes;
        break;
      case "diagnostic":
        this.diagnostic(event.severity, event.message, event.urn);
        break;
      case "resource-progress":
        break;
    }
  }

  /** Each resource once and operation, in the order in which work began. */
  get steps(): ResourceStep[] {
    return [...this.stepsByKey.values()];
  }

  /** Resources that failed, each with its provider's words. */
  get failures(): ResourceFailure[] {
    const failed = this.steps
      .filter(({ outcome }) => outcome === "failed")
      .map(({ urn, type, name, operation }) => ({ urn, type, name, operation, reason: this.reasonFor(urn) }));
    const seen = new Set(failed.map(({ urn }) => urn));
    // A refused check has no failed step: its resource is told by the diagnostic alone.
    const refused = [...this.errorsByUrn.keys()]
      .filter((urn) => !seen.has(urn) && !urn.includes("::pulumi:pulumi:Stack::"))
      .map((urn) => ({ ...urnParts(urn), operation: this.operationOn(urn), reason: this.reasonFor(urn) }));
    return [...failed, ...refused];
  }

  /** Errors that belong to no resource of the program. */
  get errors(): string[] {
    const onStack = [...this.errorsByUrn]
      .filter(([urn]) => urn.includes("::pulumi:pulumi:Stack::"))
      .flatMap(([, texts]) => texts);
    return [...this.otherErrors, ...onStack];
  }

  private step(step: ResourceStep): void {
    const key = `${step.urn} ${step.operation}`;
    const before = this.stepsByKey.get(key);
    const changed = step.changed.length > 0 ? step.changed : (before?.changed ?? []);
    this.stepsByKey.set(key, { ...step, changed });
  }

  private diagnostic(severity: string, message: string, urn: string | undefined): void {
    const interrupted = [...message.matchAll(INTERRUPTED)];
    if (interrupted.length > 0) {
      this.interrupted = interrupted.map(([, on = "", operation = ""]) => ({ urn: on, operation }));
    }
    if (severity !== "error") return;
    if (urn === undefined) this.otherErrors.push(message);
    else this.errorsByUrn.set(urn, [...(this.errorsByUrn.get(urn) ?? []), message]);
  }

  private reasonFor(urn: string): string {
    return this.errorsByUrn.get(urn)?.join("; ") ?? this.otherErrors.join("; ");
  }

  private operationOn(urn: string): ResourceOperation {
    return this.steps.find((step) => step.urn === urn)?.operation ?? "create";
  }
}

function refOf({ urn, type, name }: { urn: string; type: string; name: string }) {
  return { urn, type, name };
}

function urnParts(urn: string) {
  return refOf(resourceOf(urn));
}
