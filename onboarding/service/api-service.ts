import type { Logger } from "pino";
import { createApi, serveApi } from "../api";
import { createAuthenticator } from "../auth";
import { Registry } from "../registry";
import { Requests } from "../requests";
import { type TargetRules, checkTarget } from "../webhooks";
import { OperationQueue } from "../workflows";
import { readHealth } from "./health";
import { queueMetrics } from "./metrics";
import type { ServiceSettings } from "./settings";
import type { Running } from "./worker-service";

/** What the API's surroundings give it. */
export interface ApiServiceOptions {
  readonly settings: ServiceSettings;
  /** Where webhooks may be sent. Default: port 443 of the public internet. */
  readonly webhookTargets?: TargetRules;
  readonly log: Logger;
}

/** Starts the API: it validates and enqueues, and runs nothing itself. */
export async function startApiService(
  options: ApiServiceOptions,
): Promise<Running & { readonly url: string }> {
  const { settings, log, webhookTargets } = options;
  const registry = await Registry.open({ url: settings.databaseUrl, key: settings.key });
  const queue = await OperationQueue.open(settings.databaseUrl, registry.pool);
  const closing = new AbortController();
  const app = createApi({
    registry,
    requests: new Requests(queue, registry.cells),
    cells: registry.cells,
    health: { check: () => readHealth(registry) },
    authenticator: createAuthenticator({
      issuers: settings.issuers.map((issuer) => ({ issuer, audience: settings.audiences })),
    }),
    checkWebhookTarget: (url) => checkTarget(url, webhookTargets),
    logger: log,
    collect: () => queueMetrics(registry),
    settings: { trustedProxies: settings.trustedProxies },
    closing: closing.signal,
  });
  const server = await serveApi(app, { host: settings.host, port: settings.port });
  const tidying = setInterval(() => void registry.tidy().catch(() => undefined), 3_600_000);
  tidying.unref();
  return {
    url: `http://${server.host}:${server.port}`,
    close: async () => {
      clearInterval(tidying);
      closing.abort();
      await server.close();
      await queue.close();
      await registry.close();
    },
  };
}
