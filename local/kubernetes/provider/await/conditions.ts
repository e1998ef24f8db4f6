import { deepEqual, isMap, type PluginMap, type PluginValue } from "../../../plugin/values";
import { at, listAt, numberAt, textAt } from "../object";

/** Where an object stands on its way: done, not done yet and why, or never to be done. */
export type Progress =
  { readonly state: "done" } | { readonly state: "waiting" | "failed"; readonly reason: string };

const DONE: Progress = { state: "done" };
const waiting = (reason: string): Progress => ({ state: "waiting", reason });
const failed = (reason: string): Progress => ({ state: "failed", reason });

function condition(object: PluginMap, type: string): PluginMap | undefined {
  return listAt(object, "status", "conditions").find(
    (entry: PluginValue): entry is PluginMap => isMap(entry) && entry["type"] === type,
  );
}

function isObserved(object: PluginMap): boolean {
  return numberAt(object, "status", "observedGeneration") >= numberAt(object, "metadata", "generation");
}

function messageOf(found: PluginMap | undefined): string {
  return textAt(found, "message") ?? textAt(found, "reason") ?? "no reason given";
}

function deployment(object: PluginMap): Progress {
  const progressing = condition(object, "Progressing");
  if (textAt(progressing, "reason") === "ProgressDeadlineExceeded") return failed(messageOf(progressing));
  const wanted = at(object, "spec", "replicas") === undefined ? 1 : numberAt(object, "spec", "replicas");
  const updated = numberAt(object, "status", "updatedReplicas");
  const available = numberAt(object, "status", "availableReplicas");
  const total = numberAt(object, "status", "replicas");
  if (isObserved(object) && updated === wanted && available >= wanted && total === wanted) return DONE;
  const trouble = condition(object, "ReplicaFailure");
  const why = trouble ? `: ${messageOf(trouble)}` : "";
  return waiting(`${available} of ${wanted} replicas are available, ${updated} of them updated${why}`);
}

function statefulSet(object: PluginMap): Progress {
  const wanted = at(object, "spec", "replicas") === undefined ? 1 : numberAt(object, "spec", "replicas");
  const ready = numberAt(object, "status", "readyReplicas");
  const isCurrent =
    textAt(object, "status", "currentRevision") === textAt(object, "status", "updateRevision");
  if (isObserved(object) && ready === wanted && isCurrent) return DONE;
  return waiting(`${ready} of ${wanted} replicas are ready`);
}

function daemonSet(object: PluginMap): Progress {
  const wanted = numberAt(object, "status", "desiredNumberScheduled");
  const available = numberAt(object, "status", "numberAvailable");
  const updated = numberAt(object, "status", "updatedNumberScheduled");
  if (isObserved(object) && available === wanted && updated === wanted) return DONE;
  return waiting(`${available} of ${wanted} pods are available`);
}

function job(object: PluginMap): Progress {
  const failure = condition(object, "Failed");
  if (failure?.["status"] === "True") return failed(messageOf(failure));
  if (condition(object, "Complete")?.["status"] === "True") return DONE;
  return waiting(`${numberAt(object, "status", "succeeded")} pods have succeeded`);
}

function pod(object: PluginMap): Progress {
  const phase = textAt(object, "status", "phase");
  if (phase === "Failed") return failed(textAt(object, "status", "message") ?? "the pod failed");
  if (phase === "Succeeded" || condition(object, "Ready")?.["status"] === "True") return DONE;
  const scheduled = condition(object, "PodScheduled");
  return waiting(
    scheduled?.["status"] === "False" ? messageOf(scheduled) : `the pod is ${phase ?? "not scheduled"}`,
  );
}

function definition(object: PluginMap): Progress {
  return condition(object, "Established")?.["status"] === "True"
    ? DONE
    : waiting("the definition is not established");
}

function ingress(object: PluginMap): Progress {
  if (listAt(object, "status", "loadBalancer", "ingress").length > 0) return DONE;
  return waiting("no load balancer has taken it on");
}

function quota(object: PluginMap): Progress {
  if (deepEqual(at(object, "spec", "hard"), at(object, "status", "hard"))) return DONE;
  return waiting("its limits are not in force");
}

function volume(object: PluginMap): Progress {
  const phase = textAt(object, "status", "phase");
  if (phase === "Available" || phase === "Bound") return DONE;
  return waiting(`the volume is ${phase ?? "not looked at"}`);
}

function secret(object: PluginMap): Progress {
  const data = at(object, "data");
  if (object["type"] !== "kubernetes.io/service-account-token" || isMap(data)) return DONE;
  return waiting("it has no token");
}

/** A claim's way to its volume; one that is bound lazily is ready while it is pending. */
export function claim(isLazy: boolean): (object: PluginMap) => Progress {
  return (object) => {
    const phase = textAt(object, "status", "phase");
    if (phase === "Bound" || (isLazy && phase === "Pending")) return DONE;
    return waiting(`the claim is ${phase ?? "not looked at"}`);
  };
}

/** A service's way to an address of its own; only those of the type LoadBalancer get one. */
export function loadBalancer(object: PluginMap): Progress {
  if (textAt(object, "spec", "type") !== "LoadBalancer") return DONE;
  if (listAt(object, "status", "loadBalancer", "ingress").length > 0) return DONE;
  return waiting("no load balancer has given it an address");
}

/** A kind whose creation isn't over when the API server has stored the object. */
export interface Awaited {
  readonly progress: (object: PluginMap) => Progress;
  /** How long the official provider waits, in seconds. */
  readonly timeoutSeconds: number;
  /** Whether a refresh looks at it, too. Default: only what makes or changes the object does. */
  readonly staysReady?: boolean;
}

/** How an object is waited for; undefined where it is ready as soon as it is stored. */
export function awaitedOf(object: PluginMap): Awaited | undefined {
  return AWAITED[`${textAt(object, "apiVersion") ?? ""}/${textAt(object, "kind") ?? ""}`];
}

/** The kinds that are waited for by looking at the object itself. */
export const AWAITED: Readonly<Record<string, Awaited>> = {
  "apps/v1/Deployment": { progress: deployment, timeoutSeconds: 600, staysReady: true },
  "apps/v1/StatefulSet": { progress: statefulSet, timeoutSeconds: 600, staysReady: true },
  "apps/v1/DaemonSet": { progress: daemonSet, timeoutSeconds: 600, staysReady: true },
  "batch/v1/Job": { progress: job, timeoutSeconds: 600, staysReady: true },
  "v1/Pod": { progress: pod, timeoutSeconds: 600, staysReady: true },
  "networking.k8s.io/v1/Ingress": { progress: ingress, timeoutSeconds: 600, staysReady: true },
  "apiextensions.k8s.io/v1/CustomResourceDefinition": { progress: definition, timeoutSeconds: 300 },
  "v1/ResourceQuota": { progress: quota, timeoutSeconds: 60 },
  "v1/PersistentVolume": { progress: volume, timeoutSeconds: 300 },
  "v1/Secret": { progress: secret, timeoutSeconds: 5 },
};
