import type { ChangeGate, EngineEvent, ResourceOperation } from "../../tenants/engine";
import type { CallBudget } from "./call-budget";
import { type PacedService, serviceOf } from "./rates";

/** Has the engine's changes of AWS's resources take their calls from a budget before they are made. */
export function changeGateOf(budget: CallBudget): ChangeGate {
  return {
    concerns: (type) => serviceOf(type) !== undefined,
    pass: async ({ type }, signal) => {
      const service = serviceOf(type);
      if (service !== undefined) await budget.take(service, callsOf(budget, service), signal);
    },
  };
}

const DELETIONS: ReadonlySet<ResourceOperation> = new Set(["delete", "delete-replaced"]);

/** Counts a deletion, which no gate holds up: whoever calls the service next waits for it. */
export function chargeDeletion(budget: CallBudget, event: EngineEvent): void {
  if (event.kind !== "resource-pre" || event.planned || !DELETIONS.has(event.operation)) return;
  const service = serviceOf(event.type);
  if (service !== undefined) void budget.reserve(service, callsOf(budget, service));
}

function callsOf({ rates }: CallBudget, service: PacedService): number {
  return rates[service].callsPerChange ?? 1;
}
