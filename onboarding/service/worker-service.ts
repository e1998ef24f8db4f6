import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { Engine } from "../../tenants/engine";
import { recognizeTenantResource } from "../../tenants/recognize";
import type { CloudAccount } from "../account/account";
import { Signer } from "../archive";
import { type CallBudget, SharedBudget } from "../budget";
import { CellDirectory } from "../cells";
import { TenantDatabases } from "../databases";
import { EventBridgeBus, EventBusPublisher } from "../events";
import { PROBES } from "../probes";
import { Registry } from "../registry";
import { WebhookDispatcher, deliver, type TargetRules } from "../webhooks";
import { Lease, OperationQueue, Worker } from "../workflows";
import type { ServiceSettings } from "./settings";

/** What a worker's surroundings give it. */
export interface WorkerServiceOptions {
  readonly settings: ServiceSettings;
  /** The AWS account, whose calls are taken from the workers' budget. */
  readonly account: (budget: CallBudget) => CloudAccount;
  /** `false` connects to tenants' databases without TLS: for the local cloud, whose PostgreSQL has none. Default: TLS. */
  readonly databaseTls?: false;
  /** Where webhooks may be sent. Default: port 443 of the public internet. */
  readonly webhookTargets?: TargetRules;
  readonly log: Logger;
  /** Called where the worker has lost its lease and must end. */
  readonly onLost: () => void;
}

/** Something that runs until it is closed. */
export interface Running {
  close(): Promise<void>;
}

/** Starts a worker: it carries operations out, delivers events to webhooks, and publishes them on a bus. */
export async function startWorkerService(options: WorkerServiceOptions): Promise<Running> {
  const { settings, log } = options;
  const registry = await Registry.open({ url: settings.databaseUrl, key: settings.key });
  const budget = new SharedBudget(registry.callSlots, settings.callRates, log);
  const account = options.account(budget);
  const lease = await Lease.take(settings.databaseUrl, (error) => {
    log.error(
      { reason: error?.message },
      "the session on the registry's database is lost: ending, others go on",
    );
    options.onLost();
  });
  const queue = await OperationQueue.open(settings.databaseUrl, registry.pool);
  const engine = new Engine({
    isHolderGone: ({ host, since }) => lease.isHostGone(host, since),
    recognize: recognizeTenantResource,
  });
  const worker = await Worker.start({
    url: settings.databaseUrl,
    lease,
    shop: {
      registry,
      engine,
      account,
      budget,
      cells: new CellDirectory(engine),
      databases: new TenantDatabases(account, { ca: authorities(options) }),
      signer: await Signer.from(settings.signingKey),
      probes: PROBES,
      policyPacks: settings.policyPacks.map((path) => ({ path })),
      secretsProvider: settings.secretsProvider,
      limits: settings.limits,
      enqueue: queue.enqueue,
      log,
    },
  });
  const dispatcher = new WebhookDispatcher({
    queue: registry.deliveries,
    send: (delivery) => deliver(delivery, options.webhookTargets),
    log,
  });
  dispatcher.start();
  const publishing = startPublishing(options, registry, budget);
  log.info({ worker: lease.worker }, "worker started");
  return {
    close: async () => {
      await Promise.all([dispatcher.stop(), publishing?.close()]);
      await worker.stop();
      engine.close();
      await queue.close();
      await lease.release();
      await registry.close();
    },
  };
}

/** Publishes every event on the bus of the settings, where they name one. */
function startPublishing(
  { settings, log }: WorkerServiceOptions,
  registry: Registry,
  budget: CallBudget,
): Running | undefined {
  const { eventBus } = settings;
  if (eventBus === undefined) return undefined;
  const bus = new EventBridgeBus(eventBus, { budget });
  const publisher = new EventBusPublisher({ sinks: registry.sinks, bus, name: eventBus, log });
  publisher.start();
  return {
    close: async () => {
      await publisher.stop();
      bus.close();
    },
  };
}

function authorities({ settings, databaseTls }: WorkerServiceOptions): string | false {
  if (databaseTls === false) return false;
  const { databaseCaFile } = settings;
  if (databaseCaFile === undefined) {
    throw new Error(
      "TENANTRY_DATABASE_CA_FILE is not set: expected a file with the certificates of RDS's authorities, " +
        "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
    );
  }
  return readFileSync(databaseCaFile, "utf8");
}
