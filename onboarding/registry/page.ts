import { ProblemError } from "../lifecycle";
import type { Page } from "./types";

/** Shape of a position; what PostgreSQL's bigint holds. */
const POSITION = /^\d{1,18}$/;

/** The cursors of one list. Another list's are none of them. */
export class Cursors {
  /**
   * @param list the list's name
   * @param shape of what a page ends with. Default: a position
   */
  constructor(
    private readonly list: string,
    private readonly shape: RegExp = POSITION,
  ) {}

  /**
   * Makes a page of what was asked for with one row more than the limit, which says whether there is a next one.
   *
   * @param rows up to `limit + 1` items
   * @param endOf what the next page begins after
   */
  page<T>(rows: readonly T[], limit: number, endOf: (item: T) => string): Page<T> {
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    if (rows.length <= limit || last === undefined) return { items };
    return { items, next: this.after(endOf(last)) };
  }

  /** The cursor of the page that begins after that. */
  after(end: string): string {
    return Buffer.from(`${this.list}:${end}`).toString("base64url");
  }

  /**
   * What a cursor's page begins after.
   *
   * @throws ProblemError `invalid-request` where it is none of this list's
   */
  read(cursor: string | undefined): string | undefined {
    if (cursor === undefined) return undefined;
    const text = Buffer.from(cursor, "base64url").toString("utf8");
    const end = text.slice(this.list.length + 1);
    if (text === `${this.list}:${end}` && this.shape.test(end)) return end;
    const message = `after is '${cursor}': expected the cursor that a page of this list gave as 'next'`;
    throw new ProblemError({
      type: "invalid-request",
      detail: message,
      fields: [{ field: "after", message }],
    });
  }
}
