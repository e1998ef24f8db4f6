import type { Logger } from "pino";
import { ApiMetrics, createApi, createOperatorApi, serveApi } from "../api";
import { createAuthenticator } from "../auth";
import { Registry } from "../registry";
import { Requests } from "../requests";
import { type TargetRules, checkTarget } from "../webhooks";
import { OperationQueue } from "../workflows/queue";
import { readHealth } from "./health";
import { hourly } from "./hourly";
import { queueMetrics } from "./metrics";
import type { ServiceSettings } from "./settings";
import { tidyUp } from "./tidying";
import type { Running } from "./worker-service";

/** Somebody waits for the answer. */
const PATIENCE_MS = 10_000;

/** What the API's surroundings give it. */
export interface ApiServiceOptions {
  readonly settings: ServiceSettings;
  /** Where webhooks may be sent. Default: port 443 of the public internet. */
  readonly webhookTargets?: TargetRules;
  readonly log: Logger;
  /** How long a statement of a request may take, in milliseconds. Default: 10 s. */
  readonly databasePatienceMs?: number;
}

/** An API that listens. */
export interface RunningApi extends Running {
  readonly url: string;
  /** Where readiness and metrics are. */
  readonly operatorUrl: string;
}

/** Starts the API: it validates and enqueues, and runs nothing itself. */
export async function startApiService(options: ApiServiceOptions): Promise<RunningApi> {
  const { settings, log, webhookTargets } = options;
  const registry = await Registry.open({
    url: settings.databaseUrl,
    key: settings.key,
    patienceMs: options.databasePatienceMs ?? PATIENCE_MS,
  });
  const queue = await OperationQueue.open(settings.databaseUrl, registry.pool);
  const closing = new AbortController();
  const metrics = new ApiMetrics();
  const app = createApi({
    registry,
    requests: new Requests(queue, registry.cells),
    cells: registry.cells,
    authenticator: createAuthenticator({
      issuers: settings.issuers.map((issuer) => ({ issuer, audience: settings.audiences })),
      log,
    }),
    checkWebhookTarget: (url) => checkTarget(url, webhookTargets),
    logger: log,
    metrics,
    settings: { trustedProxies: settings.trustedProxies },
    closing: closing.signal,
  });
  const operatorApi = createOperatorApi({
    health: { check: () => readHealth(registry) },
    metrics,
    collect: () => queueMetrics(registry),
    logger: log,
  });
  const server = await serveApi(app, { host: settings.host, port: settings.port, log });
  const operators = await serveApi(operatorApi, { host: settings.host, port: settings.metricsPort });
  const tidying = hourly("deleting what is old", log, () => tidyUp({ registry, queue, log }));
  const telling = hourly("telling the audit log's head", log, async () => {
    log.info({ head: await registry.audit.head() }, "the audit log's head");
  });
  return {
    url: `http://${server.host}:${server.port}`,
    operatorUrl: `http://${operators.host}:${operators.port}`,
    close: async () => {
      closing.abort();
      await server.close();
      await operators.close();
      await Promise.all([tidying.close(), telling.close()]);
      await queue.close();
      await registry.close();
    },
  };
}
