import { AppsV1Api } from "@kubernetes/client-node";
import { kubernetesOf } from "../cells";
import { PASSED, type Probe, failed } from "./probe";

/** Every Deployment of the tenant has the pods it wants, and they are Ready: those of a suspended tenant's services want none. */
export const workloadsReady: Probe = {
  name: "workloads-ready",
  kind: "positive",
  presences: ["serving", "suspended"],
  async run({ tenant, cells }) {
    const api = (await kubernetesOf(cells, tenant.spec.cell)).makeApiClient(AppsV1Api);
    const { items } = await api.listNamespacedDeployment({ namespace: tenant.id });
    if (items.length === 0) return failed(`namespace '${tenant.id}' has no Deployment`);
    const behind = items.filter(
      ({ spec, status, metadata }) =>
        (status?.readyReplicas ?? 0) !== (spec?.replicas ?? 1) ||
        (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0),
    );
    if (behind.length === 0) return PASSED;
    return failed(
      behind
        .map(
          ({ metadata, spec, status }) =>
            `${metadata?.name} has ${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 1} pods Ready`,
        )
        .join("; "),
    );
  },
};
