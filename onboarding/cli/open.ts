import type { Operation } from "../client";
import { OPEN_STATUSES } from "../lifecycle";

/** Whether an operation has not ended yet. */
export function isOpen({ status }: Operation): boolean {
  return OPEN_STATUSES.some((open) => open === status);
}
