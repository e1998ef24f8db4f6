import { AppsV1Api, CoreV1Api, type V1Deployment, type V1Pod } from "@kubernetes/client-node";
import { kubernetesOf } from "../cells";
import { PASSED, type Probe, failed } from "./probe";

/** What a kubelet says of a container whose image it cannot have. Source: kubernetes/pkg/kubelet/images/types.go. */
const NO_IMAGE = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ImageInspectError",
  "ErrImageNeverPull",
  "InvalidImageName",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);

/** Every Deployment of the tenant has the pods it wants, and they are Ready: those of a suspended tenant's services want none. */
export const workloadsReady: Probe = {
  name: "workloads-ready",
  kind: "positive",
  presences: ["serving", "suspended"],
  async run({ tenant, cells }) {
    const config = await kubernetesOf(cells, tenant.spec.cell);
    const namespace = tenant.id;
    const { items } = await config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace });
    if (items.length === 0) return failed(`namespace '${namespace}' has no Deployment`);
    const behind = items.filter(isBehind);
    if (behind.length === 0) return PASSED;
    const { items: pods } = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace });
    const images = [...new Set(pods.flatMap(missingImages))];
    const reasons = [...behind.map(describe), ...images];
    return failed(reasons.join("; "), images.length > 0 ? "image-unavailable" : undefined);
  },
};

/** Whether a Deployment is not yet what it says. Pods of the release before do not count, and must be gone. */
function isBehind({ spec, status, metadata }: V1Deployment): boolean {
  const wanted = spec?.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status ?? {};
  const isRead = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
  return !isRead || [replicas, updatedReplicas, readyReplicas].some((count) => count !== wanted);
}

function describe({ metadata, spec, status }: V1Deployment): string {
  const wanted = spec?.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status ?? {};
  const old = replicas - updatedReplicas;
  const left = old > 0 ? `, and ${old} of the release before` : "";
  return `${metadata?.name} has ${readyReplicas} of ${wanted} pods Ready${left}`;
}

function missingImages({ status }: V1Pod): string[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].flatMap(
    ({ name, image, state }) => {
      const reason = state?.waiting?.reason ?? "";
      return NO_IMAGE.has(reason) ? [`container ${name}: ${reason} of image '${image}'`] : [];
    },
  );
}
