import type { Page } from "./models";

/**
 * All items of a list, page after page; each page is asked for when it is reached.
 *
 * @param read gives the page behind a cursor; the first without one
 */
export async function* allOf<T>(
  read: (after: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T, void, undefined> {
  let after: string | undefined;
  do {
    const { items, next } = await read(after);
    yield* items;
    after = next;
  } while (after !== undefined);
}
