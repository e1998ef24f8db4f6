import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiException, AppsV1Api, CoreV1Api, KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { expect } from "chai";
import { Client } from "pg";
import { parsePlatformOutputs } from "../../platform/outputs";
import { instancePaths } from "../../local/paths";
import type { Accepted, Operation } from "../../onboarding/client";
import { PROBLEM_BASE, type Phase, type ProblemType } from "../../onboarding/lifecycle";
import { type ServiceWorld, operationOf } from "../world/service-world";
import { ROOT } from "../world/world";

/** What a failed operation must tell. */
export interface Explanation {
  readonly type: ProblemType;
  /** What its detail says of the cause. */
  readonly cause: RegExp;
  /** What it says is to be done. */
  readonly next: RegExp;
  /** Phase that the tenant is left in. */
  readonly phase: Phase;
}

/** Waits for an operation to fail, and holds what the API says of it against what it must tell. */
export async function explained(
  service: ServiceWorld,
  request: Accepted | Promise<Accepted>,
  { type, cause, next, phase }: Explanation,
): Promise<Operation> {
  const { id, tenantId } = operationOf(await request);
  await service.ended(id);
  const operation = await service.client.operation(id);
  const { problem } = operation;
  expect(operation.status, operation.kind).to.equal("failed");
  expect(problem?.type, problem?.detail).to.equal(`${PROBLEM_BASE}${type}`);
  expect(problem?.detail).to.match(cause);
  expect(problem?.next).to.match(next);
  expect(problem?.detail, "a stack trace").not.to.match(/\n\s+at /);
  const said = JSON.stringify([problem, await service.registry.operations.progress(id, 0, 10_000)]);
  for (const secret of await secretsOf(service, tenantId))
    expect(said.includes(secret), "a secret").to.equal(false);
  expect((await service.client.tenant(tenantId)).tenant.phase).to.equal(phase);
  return operation;
}

async function secretsOf(service: ServiceWorld, tenantId: string): Promise<string[]> {
  const { postgres } = service.world.cloud;
  const database = (await service.registry.tenants.find(tenantId))?.facts.database;
  const own =
    database === undefined ? [] : [(await service.account.secretValue(database.secretArn)).password];
  const passphrase = readFileSync(instancePaths(service.instance).passphraseFile, "utf8").trim();
  return [postgres.password, passphrase, service.environment["TENANTRY_KEY"] ?? "?", ...own];
}

/** Runs SQL on the instance's PostgreSQL as its administrator. */
export async function asAdministrator(service: ServiceWorld, sql: string): Promise<void> {
  const { host, port, user, password } = service.world.cloud.postgres;
  const client = new Client({ host, port, user, password, database: "postgres" });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The cluster, as its administrator. */
export async function clusterOf(service: ServiceWorld): Promise<KubeConfig> {
  const outputs = await service.engine.outputs({ project: "tenantry", stack: "local" });
  const { cluster } = parsePlatformOutputs(
    Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])),
  );
  const config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
  return config;
}

/** Pods that a tenant's Deployments want, by their names. */
export async function replicasOf(service: ServiceWorld, namespace: string): Promise<Record<string, number>> {
  const { items } = await (
    await clusterOf(service)
  )
    .makeApiClient(AppsV1Api)
    .listNamespacedDeployment({ namespace });
  return Object.fromEntries(items.map(({ metadata, spec }) => [metadata?.name ?? "", spec?.replicas ?? 1]));
}

/**
 * Plays kubelets that cannot pull an image, as long as `work` takes: KWOK's can pull all. The nodes take no pods on
 * meanwhile, so that those of KWOK leave them alone, and their status is what a kubelet reports.
 */
export async function whileUnpullable<T>(
  service: ServiceWorld,
  { namespace, image }: { namespace: string; image: string },
  work: () => Promise<T>,
): Promise<T> {
  const api = (await clusterOf(service)).makeApiClient(CoreV1Api);
  const { items } = await api.listNode();
  const nodes = items.map(({ metadata }) => metadata?.name ?? "");
  let done = false;
  const play = async (): Promise<void> => {
    while (!done) {
      const { items: pods } = await api.listNamespacedPod({ namespace });
      for (const pod of pods) if (runs(pod, image)) await refuse(api, pod, image);
      await sleep(200);
    }
  };
  await service.world.succeed("kubectl", ["cordon", ...nodes]);
  const playing = play();
  try {
    return await work();
  } finally {
    done = true;
    await service.world.succeed("kubectl", ["uncordon", ...nodes]);
    await playing;
  }
}

function runs({ spec, status }: V1Pod, image: string): boolean {
  return (
    status?.containerStatuses === undefined && spec?.containers.some((one) => one.image === image) === true
  );
}

async function refuse(api: CoreV1Api, { metadata, spec, status }: V1Pod, image: string): Promise<void> {
  const message = `Back-off pulling image "${image}"`;
  const containerStatuses = spec?.containers.map(({ name, image = "" }) => ({
    name,
    image,
    imageID: "",
    ready: false,
    restartCount: 0,
    state: { waiting: { reason: "ImagePullBackOff", message } },
  }));
  try {
    await api.replaceNamespacedPodStatus({
      namespace: metadata?.namespace ?? "",
      name: metadata?.name ?? "",
      body: { metadata, spec, status: { ...status, containerStatuses } },
    });
  } catch (error) {
    // The scheduler has written into the pod meanwhile, or it is gone: the next look sees it as it is then.
    if (!(error instanceof ApiException) || ![404, 409].includes(error.code)) throw error;
  }
}

/** Whether this system lets one have a mount namespace of one's own: Linux does, to root and mostly to others, too. */
export function mayMount(): boolean {
  return spawnSync("unshare", ["--mount", "--map-root-user", "true"]).status === 0;
}

/** A worker whose temporary folder is a file system with next to no room, in a mount namespace of its own. */
export class CrampedWorker {
  private constructor(
    private readonly child: ChildProcess,
    private readonly log: string,
    private readonly folder: string,
  ) {}

  /** Starts it, and waits until it works. */
  static async start(
    service: ServiceWorld,
    settings: Readonly<Record<string, string>>,
  ): Promise<CrampedWorker> {
    const folder = mkdtempSync(path.join(tmpdir(), "tenantry-cramped-"));
    const log = path.join(service.world.scratch("cramped"), "worker.log");
    const descriptor = openSync(log, "w", 0o600);
    const script = `mount -t tmpfs -o size=64k tmpfs '${folder}' && exec "$@"`;
    const command = [
      process.execPath,
      "--require=tsx/cjs",
      "local/onboarding/main.ts",
      service.instance,
      "worker",
    ];
    const child = spawn("unshare", ["--mount", "--map-root-user", "sh", "-c", script, "sh", ...command], {
      cwd: ROOT,
      env: { ...process.env, ...service.environment, ...settings, TMPDIR: folder },
      stdio: ["ignore", descriptor, descriptor],
    });
    closeSync(descriptor);
    const worker = new CrampedWorker(child, log, folder);
    await worker.ready();
    return worker;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = new Promise((resolve) => this.child.once("close", resolve));
      this.child.kill("SIGTERM");
      await ended;
    }
    // What it was mounted with went with the worker's namespace.
    rmdirSync(this.folder);
  }

  private async ready(): Promise<void> {
    while (!readFileSync(this.log, "utf8").includes('"worker started"')) {
      if (this.child.exitCode !== null) throw new Error(`it ended: ${readFileSync(this.log, "utf8")}`);
      await sleep(50);
    }
  }
}
