import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { TENANTS_PROJECT } from "../../components/rules/projects";
import { LocalAccount } from "../../local/aws/account-api";
import {
  AccountConnection,
  Cipher,
  ResourceStore,
  RetainedStore,
  SettingsStore,
} from "../../local/aws/account";
import type { DatabaseWork } from "../../local/aws/catalog/rds/testing";
import { ensureClient } from "../../local/issuer";
import { processEnvironment } from "../../local/onboarding";
import { clientFor } from "../../local/onboarding/client";
import { archivesOf, directoryOf, issuerOf } from "../../local/onboarding/directories";
import { readCellSettings } from "../../local/start/cell";
import {
  type Accepted,
  type Operation,
  type TenantSpecInput,
  type TenantryClient,
  type TokenProvider,
  clientCredentials,
} from "../../onboarding/client";
import { type OperationStatus, OPEN_STATUSES } from "../../onboarding/lifecycle";
import { Registry, type Operation as RegistryOperation } from "../../onboarding/registry";
import cellProgram from "../../platform";
import { Engine } from "../../tenants/engine";
import { EventReceiver } from "./service-receiver";
import { ServiceProcess } from "./service-process";
import { ROOT, World } from "./world";

/** How often something is looked at that changes by itself, milliseconds. */
const LOOK_MS = 10;

/** What the processes are set up with, besides: little patience, for nothing here takes as long as on AWS. */
const SETTINGS = {
  TENANTRY_RETRY_SECONDS: "0.2",
  TENANTRY_PROBE_SECONDS: "60",
  TENANTRY_STEP_ATTEMPTS: "10",
};

/** Everything that a test of the onboarding service needs, once it is started. */
interface Started {
  readonly environment: Readonly<Record<string, string>>;
  readonly api: ServiceProcess;
  readonly client: TenantryClient;
  readonly registry: Registry;
  readonly engine: Engine;
  readonly account: LocalAccount;
  readonly connection: AccountConnection;
  readonly receiver: EventReceiver;
}

/** A local cloud with a cell, and the onboarding service on it, whose workers may be ended at any moment. */
export class ServiceWorld {
  readonly world: World;
  /** Workers that were started and not ended. */
  readonly workers = new Set<ServiceProcess>();
  private started: Started | undefined;
  private workersStarted = 0;

  /** @param instance the local cloud's name */
  constructor(readonly instance = "service") {
    this.world = new World(instance);
  }

  /** Starts all of it but workers, from nothing. */
  async begin(): Promise<void> {
    await this.world.begin();
    const env = this.world.environment;
    const engine = new Engine({ environment: { ...process.env, ...env } });
    await engine.up({
      project: "tenantry",
      stack: "local",
      program: cellProgram,
      config: readCellSettings("local"),
      policyPacks: [{ path: path.join(ROOT, "policy", "guardrails") }],
    });
    const { cloud } = this.world;
    const connection = new AccountConnection(cloud.postgres);
    // The cell is there. From here on what a killed engine has made is lost to others, as on AWS.
    await new SettingsStore(connection).set({ forgetful: true });
    const environment: Record<string, string> = {
      ...(await processEnvironment({ cloud, env })),
      ...SETTINGS,
    };
    mkdirSync(this.directory, { recursive: true });
    const api = this.launch("api", environment, "api");
    await api.ready();
    const client = clientFor(await this.access(environment, "admin"));
    const receiver = await EventReceiver.open();
    receiver.secret = (await client.webhooks.add({ url: receiver.url })).secret ?? "";
    this.started = {
      environment,
      api,
      client,
      registry: await Registry.open({
        url: environment["TENANTRY_DATABASE_URL"] ?? "",
        key: environment["TENANTRY_KEY"] ?? "",
      }),
      engine,
      account: new LocalAccount(cloud),
      connection,
      receiver,
    };
  }

  /** Ends all of it; its files stay, so that a failure can be looked into. */
  async end(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => this.kill(worker, "group")));
    if (this.started !== undefined) {
      const { api, registry, engine, account, connection, receiver } = this.started;
      await api.stop();
      await registry.close();
      engine.close();
      await account.close();
      await connection.close();
      await receiver.close();
    }
    await this.world.end();
  }

  /** A client with every right. */
  get client(): TenantryClient {
    return this.current.client;
  }

  /** The registry itself. */
  get registry(): Registry {
    return this.current.registry;
  }

  /** An engine on the same state as the workers'. */
  get engine(): Engine {
    return this.current.engine;
  }

  /** The AWS account, as its administrator sees it. */
  get account(): LocalAccount {
    return this.current.account;
  }

  /** Where the events go. */
  get receiver(): EventReceiver {
    return this.current.receiver;
  }

  /** The AWS account's tables. */
  get tables(): { resources: ResourceStore; retained: RetainedStore; settings: SettingsStore } {
    const { connection } = this.current;
    return {
      resources: new ResourceStore(connection, new Cipher(this.world.cloud.postgres.password)),
      retained: new RetainedStore(connection),
      settings: new SettingsStore(connection),
    };
  }

  /** The service's settings. */
  get environment(): Readonly<Record<string, string>> {
    return this.current.environment;
  }

  /** The folder that plays the bucket of archives. */
  get archives(): string {
    return archivesOf(this.directory);
  }

  /** A token provider of one of the issuer's clients, such as `admin` or `operator`. */
  async tokensOf(id: string): Promise<TokenProvider> {
    const access = await this.access(this.environment, id);
    return clientCredentials({
      issuer: access.TENANTRY_ISSUER,
      clientId: access.TENANTRY_CLIENT_ID,
      clientSecret: access.TENANTRY_CLIENT_SECRET,
    });
  }

  /** Where the API listens. */
  get url(): string {
    return `http://127.0.0.1:${this.environment["TENANTRY_PORT"]}`;
  }

  /**
   * Starts a worker, and waits until it works.
   *
   * @param args arguments of Node.js. Default: the worker's own process
   */
  async startWorker(
    settings: Readonly<Record<string, string>> = {},
    args?: readonly string[],
  ): Promise<ServiceProcess> {
    this.workersStarted += 1;
    const environment = { ...this.environment, ...settings };
    const worker = this.launch("worker", environment, `worker-${this.workersStarted}`, args);
    this.workers.add(worker);
    await worker.ready();
    return worker;
  }

  /** Ends a worker without a warning. */
  async kill(worker: ServiceProcess, what: "process" | "group" = "process"): Promise<void> {
    this.workers.delete(worker);
    await worker.kill(what);
  }

  /** Waits until an operation has ended; where it did not succeed, says why. */
  async succeeded(request: Accepted | Promise<Accepted> | string): Promise<RegistryOperation> {
    const operation = await this.ended(request);
    const { kind, tenantId, step, problem } = operation;
    expect(problem, `${kind} of ${tenantId}, in ${step}: ${problem?.type}, ${problem?.detail}`).to.equal(
      undefined,
    );
    expect(operation.status).to.equal("succeeded" satisfies OperationStatus);
    return operation;
  }

  /** Waits until an operation has ended. */
  async ended(request: Accepted | Promise<Accepted> | string): Promise<RegistryOperation> {
    const id = typeof request === "string" ? request : operationOf(await request).id;
    const open: readonly OperationStatus[] = OPEN_STATUSES;
    for (;;) {
      const operation = await this.registry.operations.find(id);
      if (operation !== undefined && !open.includes(operation.status)) return operation;
      await sleep(LOOK_MS * 5);
    }
  }

  /** Waits until a step of an operation has begun. */
  async stepBegun(operationId: string, step: string): Promise<void> {
    for (;;) {
      const lines = await this.registry.operations.progress(operationId, 0, 10_000);
      if (lines.some(({ kind, data }) => kind === "step" && data["step"] === step)) return;
      if (lines.some(({ kind }) => kind === "end"))
        throw new Error(`${operationId} ended before its step '${step}'`);
      await sleep(LOOK_MS);
    }
  }

  /** Process ids of the workers that had an operation last, by the operation's id. */
  async executors(): Promise<Map<string, number>> {
    const rows = await this.registry.db
      .selectFrom("tenantry.operations")
      .select(["id", "executor"])
      .where("executor", "is not", null)
      .execute();
    // `<host>:<process>:<start>`, as Lease makes it.
    return new Map(rows.map(({ id, executor }) => [id, Number(executor?.split(":").at(-2))]));
  }

  /** Where and as whom a tenant's database is worked on. */
  async database(tenantId: string): Promise<DatabaseWork> {
    const database = (await this.registry.tenants.find(tenantId))?.facts.database;
    if (database === undefined) throw new Error(`tenant '${tenantId}' has no database`);
    const { username: user, password } = await this.account.secretValue(database.secretArn);
    return { host: database.endpoint, port: database.port, user, password, database: database.name };
  }

  private get directory(): string {
    return directoryOf(path.join(ROOT, ".local", this.instance));
  }

  private launch(
    role: "api" | "worker",
    environment: Readonly<Record<string, string>>,
    name: string,
    args?: readonly string[],
  ): ServiceProcess {
    const logFile = path.join(this.directory, `${name}.log`);
    return ServiceProcess.start({ instance: this.instance, role, environment, logFile, args });
  }

  private async access(environment: Readonly<Record<string, string>>, id: string) {
    const client = await ensureClient(issuerOf(this.directory), id);
    return {
      TENANTRY_API_URL: `http://127.0.0.1:${environment["TENANTRY_PORT"]}`,
      TENANTRY_ISSUER: environment["TENANTRY_ISSUER"] ?? "",
      TENANTRY_CLIENT_ID: client.id,
      TENANTRY_CLIENT_SECRET: client.secret,
    };
  }

  private get current(): Started {
    if (this.started === undefined) throw new Error("the service is not started");
    return this.started;
  }
}

/** The operation that a request became. */
export function operationOf(accepted: Accepted): Operation {
  if (accepted.kind !== "operation") throw new Error("a plan came where an operation was expected");
  return accepted.operation;
}

/** The stack of a tenant. */
export function stackOf(tenantId: string): { project: string; stack: string } {
  return { project: TENANTS_PROJECT, stack: tenantId };
}

/** A small tenant's spec. */
export function specOf(id: string): TenantSpecInput {
  return {
    id,
    name: `Company ${id}`,
    tier: "silo",
    contact: `platform@${id}.example`,
    cell: "local",
    size: "small",
    database: { engine: "postgres", size: "small" },
  };
}
