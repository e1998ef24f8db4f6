import {
  OPERATION_RULES,
  type OperationKind,
  type Problem,
  type Standing,
  mayBegin,
  verbOf,
} from "../lifecycle";

/** Stands in the words of a next step for the command that goes on: which one that is, where the tenant is left decides. */
export const AGAIN = "{again}";

/** A problem whose next step names the command that goes on. */
export function withCommand(
  problem: Problem,
  kind: OperationKind,
  { id, standing }: { id: string; standing: Standing },
): Problem {
  const { next } = problem;
  if (next === undefined) return problem;
  return { ...problem, next: next.replaceAll(AGAIN, `'tenantry ${goingOn(kind, standing)} ${id}'`) };
}

/** What goes on from where an operation has failed: the same again where it changed nothing, or only it can end what it began. */
function goingOn(kind: OperationKind, standing: Standing): string {
  const isOwnWay = kind === "offboard" || kind === "purge";
  const changed = standing.phase === "failed" && OPERATION_RULES[kind].during !== undefined;
  if (!changed || isOwnWay) return verbOf(kind);
  return mayBegin("onboard", standing) ? verbOf("onboard") : "repair";
}
