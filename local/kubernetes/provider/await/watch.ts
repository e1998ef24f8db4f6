import type { PluginMap } from "../../../plugin/values";
import { ApiError, type KubernetesClient, type WatchEvent } from "../client";

/** What is followed, and how long. */
export interface Following {
  readonly client: KubernetesClient;
  /** The object's collection on the server. */
  readonly collection: string;
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/**
 * Follows one object until it satisfies; an object that is gone is undefined.
 *
 * @returns false when time ran out
 */
export function follow(
  following: Following,
  name: string,
  satisfies: (object: PluginMap | undefined) => boolean,
): Promise<boolean> {
  const { client, collection, signal } = following;
  const get = () =>
    client.request<PluginMap>(`${collection}/${name}`, { signal }).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    });
  return watchUntil(following, { fieldSelector: `metadata.name=${name}` }, async (event) =>
    satisfies(event === undefined ? await get() : event.type === "DELETED" ? undefined : event.object),
  );
}

/**
 * Follows a list until one of its objects satisfies.
 *
 * @returns false when time ran out
 */
export function followList(
  following: Following,
  query: Record<string, string>,
  satisfies: (object: PluginMap) => boolean,
): Promise<boolean> {
  const { client, collection, signal } = following;
  return watchUntil(following, query, async (event) => {
    if (event !== undefined) return event.type !== "DELETED" && satisfies(event.object);
    const { items } = await client.request<{ items: PluginMap[] }>(collection, { query, signal });
    return items.some(satisfies);
  });
}

/** Looks once, then at every change; watches that the server ends are begun again with a look. */
async function watchUntil(
  { client, collection, milliseconds, signal: cancelled }: Following,
  query: Record<string, string>,
  satisfied: (event: WatchEvent | undefined) => Promise<boolean>,
): Promise<boolean> {
  const deadline = AbortSignal.timeout(milliseconds);
  const stop = new AbortController();
  const signal = AbortSignal.any([cancelled, deadline, stop.signal]);
  try {
    for (;;) {
      // The watch starts before the look, so that no change falls between them.
      const events = await client.watch(collection, query, signal);
      if (await satisfied(undefined)) return true;
      const changes = events[Symbol.asyncIterator]();
      for (;;) {
        // A watch whose connection breaks is begun again, like one that the server ends.
        const next = await changes.next().catch((error: unknown) => {
          if (signal.aborted) throw error;
          return undefined;
        });
        if (next === undefined || next.done === true || next.value.type === "ERROR") break;
        if (await satisfied(next.value)) return true;
      }
    }
  } catch (error) {
    if (cancelled.aborted) throw new Error("the operation was cancelled", { cause: error });
    if (deadline.aborted) return false;
    throw error;
  } finally {
    stop.abort();
  }
}
