import { ProblemError } from "../lifecycle";
import type { Page } from "./types";

/**
 * Makes a page of what was asked for with one row more than the limit, which says whether there is a next one.
 *
 * @param rows up to `limit + 1` items
 * @param cursorOf what the next page begins after
 */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (item: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: Buffer.from(cursorOf(last)).toString("base64url") };
}

/**
 * Reads a cursor that a page gave.
 *
 * @throws ProblemError `invalid-request` where it is none
 */
export function readCursor(after: string | undefined, shape: RegExp): string | undefined {
  if (after === undefined) return undefined;
  const text = Buffer.from(after, "base64url").toString("utf8");
  if (shape.test(text)) return text;
  const message = `after is '${after}': expected the cursor that a page of this list gave as 'next'`;
  throw new ProblemError({ type: "invalid-request", detail: message, fields: [{ field: "after", message }] });
}

/** Shape of a cursor over positions; what PostgreSQL's bigint holds. */
export const POSITION = /^\d{1,18}$/;
