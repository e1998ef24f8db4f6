import type { Phase } from "./phases";

/** What can be done to a tenant. */
export const OPERATION_KINDS = [
  "onboard",
  "update",
  "suspend",
  "resume",
  "rotate",
  "restore",
  "offboard",
  "purge",
  "refresh",
  "repair",
  "plan",
] as const;

/** What can be done to a tenant. */
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** How far an operation is. */
export const OPERATION_STATUSES = [
  /** Behind another operation of the same tenant. */
  "waiting",
  /** Ready for a worker. */
  "queued",
  "running",
  "succeeded",
  "failed",
  /** Taken back before a worker had it. */
  "cancelled",
] as const;

/** How far an operation is. */
export type OperationStatus = (typeof OPERATION_STATUSES)[number];

/** The statuses in which an operation may still do something. */
export const OPEN_STATUSES = ["waiting", "queued", "running"] as const satisfies readonly OperationStatus[];

/** What the lifecycle says of one kind of operation. */
export interface OperationRule {
  /** Phases it may begin in. */
  readonly from: readonly Phase[];
  /** Whether it may begin in `failed`: always, only for a tenant that has been active, or only for one that never was. */
  readonly fromFailed: "always" | "once-active" | "never-active" | "no";
  /** Phase the tenant shows meanwhile; undefined leaves it as it is. */
  readonly during: Phase | undefined;
  /** Whether it overtakes what is queued. */
  readonly urgent: boolean;
}

/** The lifecycle: which operation may begin in which phase. */
export const OPERATION_RULES: Readonly<Record<OperationKind, OperationRule>> = {
  onboard: { from: ["requested"], fromFailed: "never-active", during: "provisioning", urgent: false },
  update: { from: ["active"], fromFailed: "once-active", during: "updating", urgent: false },
  suspend: { from: ["active"], fromFailed: "once-active", during: "updating", urgent: true },
  resume: { from: ["suspended"], fromFailed: "once-active", during: "updating", urgent: false },
  rotate: { from: ["active"], fromFailed: "no", during: "updating", urgent: true },
  restore: {
    from: ["active", "suspended", "retained"],
    fromFailed: "once-active",
    during: "updating",
    urgent: false,
  },
  offboard: { from: ["active", "suspended"], fromFailed: "once-active", during: "updating", urgent: false },
  purge: { from: ["requested", "retained"], fromFailed: "always", during: "updating", urgent: false },
  refresh: { from: ["active", "suspended"], fromFailed: "always", during: undefined, urgent: false },
  repair: { from: ["active", "suspended"], fromFailed: "always", during: "updating", urgent: false },
  plan: {
    from: ["requested", "active", "suspended"],
    fromFailed: "always",
    during: undefined,
    urgent: true,
  },
};

/** What of a tenant decides whether an operation may begin. */
export interface Standing {
  readonly phase: Phase;
  /** Whether it has ever been active. */
  readonly onceActive: boolean;
}

/** Whether an operation may begin on a tenant as it stands. */
export function mayBegin(kind: OperationKind, { phase, onceActive }: Standing): boolean {
  const rule = OPERATION_RULES[kind];
  if (phase !== "failed") return rule.from.includes(phase);
  switch (rule.fromFailed) {
    case "always":
      return true;
    case "once-active":
      return onceActive;
    case "never-active":
      return !onceActive;
    case "no":
      return false;
  }
}

/** The operations that may begin on a tenant as it stands: its ways on, and out of a failure. */
export function waysOn(standing: Standing): OperationKind[] {
  return OPERATION_KINDS.filter((kind) => kind !== "plan" && mayBegin(kind, standing));
}
