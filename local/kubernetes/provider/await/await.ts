import { isMap, type PluginMap } from "../../../plugin/values";
import { ApiError, type KubernetesClient, type WatchEvent } from "../client";
import { annotation, at, listAt, textAt } from "../object";
import { AWAITED } from "./conditions";

/** What is waited for. */
export interface Waiting {
  readonly client: KubernetesClient;
  /** The object's collection on the server. */
  readonly collection: string;
  readonly name: string;
  readonly inputs: PluginMap;
  /** The program's own limit in seconds; 0 for the kind's. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** The object didn't get where it should; it exists all the same. */
export class NotReadyError extends Error {
  constructor(
    message: string,
    /** The object as it was last seen. */
    readonly live: PluginMap | undefined,
  ) {
    super(message);
    this.name = "NotReadyError";
  }
}

const SERVICE_TIMEOUT_SECONDS = 600;
const DELETE_TIMEOUT_SECONDS = 600;

/**
 * Waits until an object is what its kind's official await logic calls ready.
 *
 * @returns the object as it is then
 * @throws NotReadyError when it failed or time ran out
 */
export async function awaitReady(waiting: Waiting, live: PluginMap): Promise<PluginMap> {
  if (annotation(waiting.inputs, "pulumi.com/skipAwait") === "true") return live;
  const kind = `${textAt(live, "apiVersion") ?? ""}/${textAt(live, "kind") ?? ""}`;
  if (kind === "v1/Service") return awaitEndpoints(waiting, live);
  const awaited = AWAITED[kind];
  if (!awaited) return live;

  let seen: PluginMap = live;
  let reason = "";
  const check = (object: PluginMap | undefined): boolean => {
    if (object === undefined) throw new NotReadyError("it was deleted while it was waited for", seen);
    seen = object;
    const progress = awaited.progress(object);
    if (progress.state === "failed") throw new NotReadyError(progress.reason, seen);
    if (progress.state === "waiting") reason = progress.reason;
    return progress.state === "done";
  };
  if (!check(live)) {
    const done = await follow(
      waiting,
      waiting.collection,
      waiting.name,
      limit(waiting, awaited.timeoutSeconds),
      check,
    );
    if (!done) throw new NotReadyError(`not ready in time: ${reason}`, seen);
  }
  return seen;
}

/** Waits until an object is gone. */
export async function awaitGone(waiting: Waiting): Promise<void> {
  const gone = await follow(
    waiting,
    waiting.collection,
    waiting.name,
    limit(waiting, DELETE_TIMEOUT_SECONDS),
    (object) => object === undefined,
  );
  if (!gone) throw new Error(`'${waiting.name}' is still there: a finalizer may hold it`);
}

/** A service with a selector is ready when a pod stands behind it. */
async function awaitEndpoints(waiting: Waiting, live: PluginMap): Promise<PluginMap> {
  const selector = at(live, "spec", "selector");
  const isHeadless = textAt(live, "spec", "clusterIP") === "None";
  if (!isMap(selector) || Object.keys(selector).length === 0 || isHeadless) return live;
  if (textAt(live, "spec", "type") === "ExternalName") return live;
  const namespace = textAt(live, "metadata", "namespace") ?? "default";
  const slices = await waiting.client.collection("discovery.k8s.io/v1", "EndpointSlice", namespace);
  const selected = { labelSelector: `kubernetes.io/service-name=${waiting.name}` };
  const isReady = (slice: PluginMap) =>
    listAt(slice, "endpoints").some((endpoint) => at(endpoint, "conditions", "ready") !== false);
  const found = await followList(waiting, slices, selected, limit(waiting, SERVICE_TIMEOUT_SECONDS), isReady);
  if (!found) throw new NotReadyError("no ready pod stands behind the service", live);
  return live;
}

function limit({ inputs, timeoutSeconds }: Waiting, usual: number): number {
  const annotated = Number(annotation(inputs, "pulumi.com/timeoutSeconds"));
  return (annotated > 0 ? annotated : timeoutSeconds > 0 ? timeoutSeconds : usual) * 1000;
}

/** Follows one object until it satisfies; false when time ran out. */
async function follow(
  waiting: Waiting,
  collection: string,
  name: string,
  milliseconds: number,
  satisfies: (object: PluginMap | undefined) => boolean,
): Promise<boolean> {
  const get = () =>
    waiting.client
      .request<PluginMap>(`${collection}/${name}`, { signal: waiting.signal })
      .catch((error: unknown) => {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      });
  return watchUntil(
    waiting,
    collection,
    { fieldSelector: `metadata.name=${name}` },
    milliseconds,
    async (event) =>
      satisfies(event === undefined ? await get() : event.type === "DELETED" ? undefined : event.object),
  );
}

/** Follows a list until one of its objects satisfies; false when time ran out. */
async function followList(
  waiting: Waiting,
  collection: string,
  query: Record<string, string>,
  milliseconds: number,
  satisfies: (object: PluginMap) => boolean,
): Promise<boolean> {
  return watchUntil(waiting, collection, query, milliseconds, async (event) => {
    if (event !== undefined) return event.type !== "DELETED" && satisfies(event.object);
    const { items } = await waiting.client.request<{ items: PluginMap[] }>(collection, {
      query,
      signal: waiting.signal,
    });
    return items.some(satisfies);
  });
}

/** Looks once, then at every change; watches that the server ends are begun again with a look. */
async function watchUntil(
  waiting: Waiting,
  collection: string,
  query: Record<string, string>,
  milliseconds: number,
  satisfied: (event: WatchEvent | undefined) => Promise<boolean>,
): Promise<boolean> {
  const deadline = AbortSignal.timeout(milliseconds);
  const stop = new AbortController();
  const signal = AbortSignal.any([waiting.signal, deadline, stop.signal]);
  try {
    for (;;) {
      // The watch starts before the look, so that no change falls between them.
      const events = await waiting.client.watch(collection, query, signal);
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
    if (waiting.signal.aborted) throw new Error("the operation was cancelled", { cause: error });
    if (deadline.aborted) return false;
    throw error;
  } finally {
    stop.abort();
  }
}
