/** What a test says of a Deployment. */
export interface DeploymentOptions {
  /** Default: 1. */
  readonly replicas?: number;
  readonly annotations?: Record<string, string>;
  /** Labels of the only nodes that its pods may run on. Default: any node. */
  readonly nodeSelector?: Record<string, string>;
}

/** Arguments of a Deployment of one container, whose old pods go before its new ones come. */
export function deployment(namespace: string, name: string, options: DeploymentOptions = {}) {
  const { replicas = 1, annotations, nodeSelector } = options;
  return {
    metadata: { name, namespace, annotations },
    spec: {
      replicas,
      strategy: { type: "Recreate" },
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { nodeSelector, containers: [{ name: "main", image: `example.com/${name}` }] },
      },
    },
  };
}
