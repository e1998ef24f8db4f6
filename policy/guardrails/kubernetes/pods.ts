import { resourcePolicy, type Subject } from "../define";
import { at, has, isTrue, list, number, record, text } from "../properties";
import { isKubernetes, objectsOf } from "./kinds";

/** Where each kind of workload keeps its pod's spec. */
const POD_SPECS: Readonly<Record<string, string>> = {
  Pod: "spec",
  PodTemplate: "template.spec",
  Deployment: "spec.template.spec",
  ReplicaSet: "spec.template.spec",
  ReplicationController: "spec.template.spec",
  StatefulSet: "spec.template.spec",
  DaemonSet: "spec.template.spec",
  Job: "spec.template.spec",
  CronJob: "spec.jobTemplate.spec.template.spec",
};

/** Whether objects of a kind are pods, or make pods. */
export function runsPods(kind: string): boolean {
  return kind in POD_SPECS;
}

/** The specs of the pods that a resource makes; a patch is judged as if it were the whole. */
function podSpecsOf({ type, props }: Pick<Subject, "type" | "props">): readonly unknown[] {
  return objectsOf(type, props).flatMap(({ kind, object }) => {
    const path = POD_SPECS[kind];
    return path === undefined ? [] : [at(object, path)];
  });
}

const BY_DIGEST = /@sha256:[0-9a-f]{64}$/;

function containersOf(spec: unknown): readonly unknown[] {
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((key) => list(spec, key));
}

/** What a pod holds that the restricted standard, or a read-only root, denies it. */
function* privilegesOf(spec: unknown): Iterable<string> {
  for (const key of ["hostNetwork", "hostPID", "hostIPC"]) {
    if (isTrue(spec, key)) yield `${key}: true; expected false`;
  }
  for (const volume of list(spec, "volumes")) {
    if (has(volume, "hostPath"))
      yield `volumes: '${text(volume, "name")}' is a hostPath; expected none of the node's files`;
  }
  for (const container of containersOf(spec)) {
    const name = `container '${text(container, "name")}'`;
    const context = { ...record(spec, "securityContext"), ...record(container, "securityContext") };
    if (!isTrue(context, "runAsNonRoot")) yield `${name}: runAsNonRoot is off; expected true`;
    if (isTrue(context, "privileged")) yield `${name}: privileged; expected false`;
    if (at(context, "allowPrivilegeEscalation") !== false)
      yield `${name}: allowPrivilegeEscalation is on; expected false`;
    if (!isTrue(context, "readOnlyRootFilesystem"))
      yield `${name}: readOnlyRootFilesystem is off; expected true`;
    if (!list(context, "capabilities.drop").includes("ALL"))
      yield `${name}: keeps capabilities; expected drop ['ALL']`;
    if (number(context, "runAsUser") === 0) yield `${name}: runs as root; expected another user`;
  }
}

/** Pods of a tenant hold nothing of their node; asked again here, as a preview never reaches the API server. */
export const podsUnprivileged = resourcePolicy({
  name: "pods-unprivileged",
  description:
    "A tenant's pods run unprivileged, as a user other than root, with a read-only root and no capability.",
  severity: "critical",
  remediationSteps: "Take the security contexts of TenantSilo's workloads.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  types: isKubernetes,
  *check({ type, props, owner }) {
    if (owner.tenant === undefined) return;
    for (const spec of podSpecsOf({ type, props })) yield* privilegesOf(spec);
  },
});

/** What runs for a tenant is what was released: an image's digest cannot be moved, a tag can. */
export const imagesByDigest = resourcePolicy({
  name: "images-by-digest",
  description: "A tenant's containers name their images by digest.",
  severity: "high",
  remediationSteps: "Name the image as repository@sha256:<digest>.",
  types: isKubernetes,
  *check({ type, props, owner }) {
    if (owner.tenant === undefined) return;
    for (const container of podSpecsOf({ type, props }).flatMap(containersOf)) {
      const image = text(container, "image") ?? "";
      if (!BY_DIGEST.test(image)) {
        yield `container '${text(container, "name")}': image '${image}'; expected repository@sha256:<64 hex digits>`;
      }
    }
  },
});
