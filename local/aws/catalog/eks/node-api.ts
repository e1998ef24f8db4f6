import { readFileSync } from "node:fs";
import type { LocalCloud } from "../../../cloud";
import type { KubernetesClient } from "../../../kubernetes/provider/client";
import { NODE_GROUP_ANNOTATION, NODE_GROUP_LABEL, type NodeObject } from "./nodes";

/** The field manager that a node group's nodes are applied as. */
const MANAGER = "eks";

/** Milliseconds that nodes have to become ready in, and between two looks. */
const READY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

interface NodeList {
  items: {
    metadata: { name: string; annotations?: Record<string, string> };
    status?: { conditions?: { type: string; status: string }[] };
  }[];
}

/** A node group's nodes in the real Kubernetes API. */
export class NodeApi {
  private readonly client: Promise<KubernetesClient>;

  constructor(
    cloud: LocalCloud,
    private readonly group: { arn: string; name: string },
  ) {
    this.client = connect(cloud);
  }

  /** Names of the nodes that there are, and whether each is ready. */
  async list(): Promise<Map<string, boolean>> {
    const client = await this.client;
    const query = { labelSelector: `${NODE_GROUP_LABEL}=${this.group.name}` };
    const { items } = await client.request<NodeList>("/api/v1/nodes", { query });
    const own = items.filter(
      ({ metadata }) => metadata.annotations?.[NODE_GROUP_ANNOTATION] === this.group.arn,
    );
    return new Map(
      own.map(({ metadata, status }) => [
        metadata.name,
        status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false,
      ]),
    );
  }

  /**
   * Makes the nodes be those wanted, and waits for them to be ready. Safe to do again.
   *
   * @throws {Error} If they are not ready in time; names them.
   */
  async become(wanted: readonly NodeObject[]): Promise<void> {
    const names = new Set(wanted.map(({ metadata }) => metadata.name));
    const present = await this.list();
    await Promise.all(wanted.map((node) => this.apply(node)));
    await Promise.all(
      [...present.keys()].filter((name) => !names.has(name)).map((name) => this.remove(name)),
    );
    const deadline = Date.now() + READY_WITHIN_MS;
    for (;;) {
      const ready = await this.list();
      const waiting = [...names].filter((name) => ready.get(name) !== true);
      if (waiting.length === 0) return;
      if (Date.now() > deadline) {
        throw new Error(
          `Nodes of ${this.group.name} are not ready after ${READY_WITHIN_MS / 1_000} s: ${waiting.join(", ")}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  private async apply(node: NodeObject): Promise<void> {
    const client = await this.client;
    const { status, ...rest } = node;
    const { apiVersion, kind, metadata } = node;
    const path = `/api/v1/nodes/${metadata.name}`;
    await patch(client, path, rest);
    await patch(client, `${path}/status`, { apiVersion, kind, metadata: { name: metadata.name }, status });
  }

  private async remove(name: string): Promise<void> {
    const client = await this.client;
    try {
      await client.request(`/api/v1/nodes/${name}`, { method: "DELETE" });
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error) || error.code !== 404) throw error;
    }
  }
}

async function patch(client: KubernetesClient, path: string, body: object): Promise<void> {
  await client.request(path, {
    method: "PATCH",
    contentType: "application/apply-patch+yaml",
    query: { fieldManager: MANAGER, force: "true" },
    body,
  });
}

/** The Kubernetes client and what it needs are loaded by those plugin processes only that make nodes. */
async function connect(cloud: LocalCloud): Promise<KubernetesClient> {
  const { KubernetesClient: Client } = await import("../../../kubernetes/provider/client.js");
  const { readKubeconfig } = await import("../../../kubernetes/provider/kubeconfig.js");
  return new Client(readKubeconfig(readFileSync(cloud.kubernetes.kubeconfig, "utf8"), undefined));
}
