import { KubeConfig } from "@kubernetes/client-node";
import { ProblemError } from "../lifecycle";
import type { CellDirectory } from "./cells";

/** How long the Kubernetes API may take for an answer, milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * The administrator's way to a cell's Kubernetes API.
 *
 * @throws ProblemError `cell-unavailable`
 */
export async function kubernetesOf(cells: CellDirectory, cell: string): Promise<KubeConfig> {
  const { cluster } = await cells.outputsOf(cell);
  const config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
  return config;
}

/**
 * Sees that a cell's Kubernetes API answers.
 *
 * @throws ProblemError `cluster-unavailable` where it does not
 */
export async function requireKubernetes(cells: CellDirectory, cell: string): Promise<void> {
  const config = await kubernetesOf(cells, cell);
  const server = config.getCurrentCluster()?.server ?? "";
  const unreachable = (reason: string, cause?: unknown): ProblemError =>
    new ProblemError(
      {
        type: "cluster-unavailable",
        detail: `the Kubernetes API of cell '${cell}' does not answer: ${reason}`,
      },
      { cause },
    );
  try {
    const { VersionApi } = await import("@kubernetes/client-node");
    await withTimeout(config.makeApiClient(VersionApi).getCode());
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw unreachable(`${server}: ${reason}`, error);
  }
}

function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
