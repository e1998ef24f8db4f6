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

/** How soon an operation's turn comes: before everything, before what was asked for within minutes, or in the order of asking. */
export type Urgency = "urgent" | "soon" | "ordinary";

/** What the lifecycle says of one kind of operation. */
export interface OperationRule {
  /** Phases it may begin in. */
  readonly from: readonly Phase[];
  /** Whether it may begin in `failed`: always, only for a tenant that has been active, or only for one that never was. */
  readonly fromFailed: "always" | "once-active" | "never-active" | "no";
  /**
   * Whether it may begin where no database is meant to be, nor perhaps is. Anything else would make an empty one there, and
   * serve it.
   */
  readonly withoutDatabase: boolean;
  /** Phase the tenant shows meanwhile; undefined leaves it as it is. */
  readonly during: Phase | undefined;
  readonly urgency: Urgency;
}

/** The lifecycle: which operation may begin in which phase. */
export const OPERATION_RULES: Readonly<Record<OperationKind, OperationRule>> = {
  onboard: {
    from: ["requested"],
    fromFailed: "never-active",
    withoutDatabase: false,
    during: "provisioning",
    urgency: "ordinary",
  },
  update: {
    from: ["active"],
    fromFailed: "always",
    withoutDatabase: false,
    during: "updating",
    urgency: "ordinary",
  },
  suspend: {
    from: ["active"],
    fromFailed: "once-active",
    withoutDatabase: false,
    during: "updating",
    urgency: "urgent",
  },
  resume: {
    from: ["suspended"],
    fromFailed: "once-active",
    withoutDatabase: false,
    during: "updating",
    urgency: "ordinary",
  },
  rotate: {
    from: ["active"],
    fromFailed: "no",
    withoutDatabase: false,
    during: "updating",
    urgency: "ordinary",
  },
  restore: {
    from: ["active", "suspended", "retained"],
    fromFailed: "once-active",
    withoutDatabase: true,
    during: "updating",
    urgency: "ordinary",
  },
  offboard: {
    from: ["active", "suspended"],
    fromFailed: "once-active",
    withoutDatabase: true,
    during: "updating",
    urgency: "ordinary",
  },
  purge: {
    from: ["requested", "retained"],
    fromFailed: "always",
    withoutDatabase: true,
    during: "updating",
    urgency: "ordinary",
  },
  refresh: {
    from: ["active", "suspended"],
    fromFailed: "always",
    withoutDatabase: true,
    during: undefined,
    urgency: "ordinary",
  },
  repair: {
    from: ["active", "suspended"],
    fromFailed: "always",
    withoutDatabase: true,
    during: "updating",
    urgency: "ordinary",
  },
  plan: {
    from: ["requested", "active", "suspended"],
    fromFailed: "always",
    withoutDatabase: true,
    during: undefined,
    urgency: "soon",
  },
};

/** What of a tenant decides whether an operation may begin. */
export interface Standing {
  readonly phase: Phase;
  /** Whether it has ever been active. */
  readonly onceActive: boolean;
  /** What its stack is meant to hold. Of a failed tenant the phase does not say it. */
  readonly presence: "serving" | "suspended" | "retained";
}

/** Whether an operation may begin on a tenant as it stands. */
export function mayBegin(kind: OperationKind, { phase, onceActive, presence }: Standing): boolean {
  const rule = OPERATION_RULES[kind];
  if (presence === "retained" && !rule.withoutDatabase) return false;
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

/** The word that asks for an operation on a tenant that is there: a command's, and the last part of an endpoint's path. */
export function verbOf(kind: OperationKind): string {
  return kind === "onboard" ? "retry" : kind;
}
