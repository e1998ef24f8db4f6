import { isMap, type PluginMap } from "../../../plugin/values";
import { ApiError, type KubernetesClient } from "../client";
import { annotation, at, listAt, textAt } from "../object";
import { awaitedOf, claim, loadBalancer, type Awaited, type Progress } from "./conditions";
import { podMessages } from "./pods";
import { follow, followList } from "./watch";

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
    /** What its pods say. */
    readonly details: readonly string[] = [],
  ) {
    super(message);
    this.name = "NotReadyError";
  }
}

const SERVICE_TIMEOUT_SECONDS = 600;
const CLAIM_TIMEOUT_SECONDS = 300;
const DELETE_TIMEOUT_SECONDS = 600;

/**
 * Waits until an object is what its kind's official await logic calls ready.
 *
 * @returns the object as it is then
 * @throws NotReadyError when it failed or time ran out
 */
export async function awaitReady(waiting: Waiting, live: PluginMap): Promise<PluginMap> {
  if (annotation(waiting.inputs, "pulumi.com/skipAwait") === "true") return live;
  const kind = textAt(live, "apiVersion") === "v1" ? textAt(live, "kind") : undefined;
  if (kind === "Service") return awaitService(waiting, live);
  if (kind === "PersistentVolumeClaim") return awaitClaim(waiting, live);
  const awaited = awaitedOf(live);
  return awaited ? awaitProgress(waiting, live, awaited) : live;
}

/**
 * Why an object that was ready once isn't so now, as a refresh of the official provider says it.
 *
 * @throws NotReadyError saying why
 */
export async function refuseUnready(
  client: KubernetesClient,
  inputs: PluginMap,
  live: PluginMap,
): Promise<void> {
  if (annotation(inputs, "pulumi.com/skipAwait") === "true") return;
  const awaited = awaitedOf(live);
  if (awaited?.staysReady !== true) return;
  const progress = awaited.progress(live);
  if (progress.state !== "done")
    throw new NotReadyError(progress.reason, live, await podMessages(client, live));
}

/**
 * Waits until an object is gone. One of the same name that a controller has made in its place doesn't count.
 *
 * @param uid which object; undefined for whichever has the name
 * @throws Error naming the finalizers that hold it, when time ran out
 */
export async function awaitGone(waiting: Waiting, uid: string | undefined): Promise<void> {
  let seen: PluginMap | undefined;
  const isGone = await follow(
    { ...waiting, milliseconds: limit(waiting, DELETE_TIMEOUT_SECONDS) },
    waiting.name,
    (object) => {
      seen = object;
      return object === undefined || (uid !== undefined && textAt(object, "metadata", "uid") !== uid);
    },
  );
  if (isGone) return;
  const finalizers = ["metadata", "spec"]
    .flatMap((part) => listAt(seen, part, "finalizers"))
    .filter((finalizer) => typeof finalizer === "string")
    .join(", ");
  const remains = listAt(seen, "status", "conditions")
    .filter((condition) => textAt(condition, "status") === "True")
    .flatMap((condition) => textAt(condition, "message") ?? [])
    .join("; ");
  throw new Error(
    `'${waiting.name}' is still there` +
      (finalizers === "" ? "" : `; its finalizers: ${finalizers}`) +
      (remains === "" ? "" : `; ${remains}`),
  );
}

async function awaitProgress(waiting: Waiting, live: PluginMap, awaited: Awaited): Promise<PluginMap> {
  let seen: PluginMap = live;
  let progress: Progress = awaited.progress(live);
  const isOver = (object: PluginMap | undefined): boolean => {
    if (object === undefined) throw new NotReadyError("it was deleted while it was waited for", seen);
    seen = object;
    progress = awaited.progress(object);
    return progress.state !== "waiting";
  };
  if (!isOver(live)) {
    const milliseconds = limit(waiting, awaited.timeoutSeconds);
    await follow({ ...waiting, milliseconds }, waiting.name, isOver);
  }
  if (progress.state === "done") return seen;
  const message = progress.state === "failed" ? progress.reason : `not ready in time: ${progress.reason}`;
  throw new NotReadyError(message, seen, await podMessages(waiting.client, seen));
}

/** A service is ready when a pod stands behind it, and one of the type LoadBalancer when it has an address, too. */
async function awaitService(waiting: Waiting, live: PluginMap): Promise<PluginMap> {
  const [ready] = await Promise.all([
    awaitProgress(waiting, live, { progress: loadBalancer, timeoutSeconds: SERVICE_TIMEOUT_SECONDS }),
    awaitEndpoints(waiting, live),
  ]);
  return ready;
}

/** A service with a selector needs a ready pod. */
async function awaitEndpoints(waiting: Waiting, live: PluginMap): Promise<void> {
  const selector = at(live, "spec", "selector");
  const isHeadless = textAt(live, "spec", "clusterIP") === "None";
  if (!isMap(selector) || Object.keys(selector).length === 0 || isHeadless) return;
  if (textAt(live, "spec", "type") === "ExternalName") return;
  const namespace = textAt(live, "metadata", "namespace") ?? "default";
  const slices = await waiting.client.collection("discovery.k8s.io/v1", "EndpointSlice", namespace);
  const isReady = (slice: PluginMap) =>
    listAt(slice, "endpoints").some((endpoint) => at(endpoint, "conditions", "ready") !== false);
  const found = await followList(
    { ...waiting, collection: slices, milliseconds: limit(waiting, SERVICE_TIMEOUT_SECONDS) },
    { labelSelector: `kubernetes.io/service-name=${waiting.name}` },
    isReady,
  );
  if (!found) throw new NotReadyError("not ready in time: no ready pod stands behind the service", live);
}

/** A claim is ready when it is bound, or when its class binds it only for the first pod that uses it. */
async function awaitClaim(waiting: Waiting, live: PluginMap): Promise<PluginMap> {
  const className = textAt(live, "spec", "storageClassName") ?? "";
  const storageClass = className === "" ? undefined : await storageClassOf(waiting, className);
  const isLazy = textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer";
  return awaitProgress(waiting, live, { progress: claim(isLazy), timeoutSeconds: CLAIM_TIMEOUT_SECONDS });
}

async function storageClassOf({ client, signal }: Waiting, name: string): Promise<PluginMap | undefined> {
  const classes = await client.collection("storage.k8s.io/v1", "StorageClass", undefined);
  return client.request<PluginMap>(`${classes}/${name}`, { signal }).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  });
}

function limit({ inputs, timeoutSeconds }: Waiting, usual: number): number {
  const annotated = Number(annotation(inputs, "pulumi.com/timeoutSeconds"));
  return (annotated > 0 ? annotated : timeoutSeconds > 0 ? timeoutSeconds : usual) * 1000;
}
