import { OPERATION_RULES, type OperationKind } from "../lifecycle";
import type { Places } from "../registry";

/** Place of what overtakes everything. */
const FIRST = 1;

/** Places are seconds since then; the queue's numbers last until 2094. */
const EPOCH = Date.UTC(2026, 0);

/** How much later somebody's next operation is placed than the one before, in seconds: about what one takes of a cell. */
const SPACING = 60;

/** How much earlier a plan is placed, in seconds: somebody sits before a screen and waits for it. */
const HEAD_START = 600;

/**
 * The place of an operation in its cell's queue: the lowest goes first. It is the time at which it is handed to the workers,
 * and where its requester has others in the queue, some time after the last of them. So whoever asks for a thousand at once
 * does not make others wait for all of them, and whatever has waited goes before what comes much later. A tenant has one
 * operation in the queue at a time, whoever asks: of the tenants of one requester, none waits for another's second.
 */
export function placeOf(kind: OperationKind, { own, last }: Places, now: Date): number {
  if (own !== undefined) return own;
  const { urgency } = OPERATION_RULES[kind];
  if (urgency === "urgent") return FIRST;
  const seconds = Math.floor((now.getTime() - EPOCH) / 1000);
  return Math.max(urgency === "soon" ? seconds - HEAD_START : seconds, (last ?? FIRST) + SPACING);
}
