import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { NamespaceUse, QuotaUse } from "./screen";

/** How long the cluster may take to answer, milliseconds. */
const ANSWER_MS = 5000;

/**
 * What a tenant uses of its quota, asked of the cluster.
 *
 * @param kubeconfig JSON or YAML text with access to the cell's cluster
 * @param namespace the tenant's namespace
 * @throws Error where the cluster does not answer, or there is no such namespace
 */
export async function readNamespaceUse(kubeconfig: string, namespace: string): Promise<NamespaceUse> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const [quotas, pods] = await within(
    ANSWER_MS,
    Promise.all([core.listNamespacedResourceQuota({ namespace }), core.listNamespacedPod({ namespace })]),
  );
  // A quota with a scope bounds special pods only, such as those of a priority class.
  const whole = quotas.items.filter(
    ({ spec }) => spec?.scopes === undefined && spec?.scopeSelector === undefined,
  );
  const use = whole.flatMap(({ status }) =>
    Object.entries(status?.hard ?? {}).map(([resource, limit]): QuotaUse => ({
      resource,
      used: status?.used?.[resource] ?? "0",
      limit,
    })),
  );
  const ready = pods.items.filter(({ status }) =>
    status?.conditions?.some(({ type, status: holds }) => type === "Ready" && holds === "True"),
  );
  return { quota: use, pods: { ready: ready.length, total: pods.items.length } };
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
