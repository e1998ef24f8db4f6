import { existsSync, rmSync } from "node:fs";
import * as path from "node:path";
import { type LocalCloud, readCloud, writeCloud } from "./cloud";
import { preparePulumiHome } from "./engine";
import { type LocalEnvironment, cloudEnvironment } from "./env";
import { runningKubernetes, startKubernetes, stopKubernetes } from "./kubernetes";
import { withLock } from "./lock";
import { stopService } from "./onboarding/daemon";
import { defaultInstance, instancePaths } from "./paths";
import { removePostgres, runningPostgres, startPostgres, stopPostgres } from "./postgres";
import { type Tools, readTools } from "./tools";

export type { LocalCloud } from "./cloud";
export type { LocalEnvironment } from "./env";

/** Which local cloud, and how to follow and to abort what is done with it. */
export interface LocalCloudOptions {
  /** Lowercase letters, digits and hyphens; default: the environment variable TENANTRY_LOCAL, else `default`. */
  instance?: string;
  /** Where instances lie; default: `.local` of the repository. */
  directory?: string;
  /** The programs to run; default: those that scripts/setup.mjs wrote down. */
  tools?: Tools;
  /** Told what is done next. */
  onProgress?: (message: string) => void;
  /** Aborts a start; what was started by then runs on or is undone, and the next start finishes it. */
  signal?: AbortSignal;
}

/** A local cloud that is up. */
export interface RunningCloud {
  cloud: LocalCloud;
  /** The variables that Pulumi, kubectl and psql need, PATH included: the caller's PATH with the cloud's `bin` in front. */
  env: LocalEnvironment;
}

/** The instance that TENANTRY_LOCAL names, or the default one. */
export function chosenInstance(): string {
  return process.env.TENANTRY_LOCAL || defaultInstance;
}

/**
 * Brings a local cloud up: PostgreSQL and Kubernetes as daemons that outlive the caller, and a PULUMI_HOME. What runs
 * already is left as it is, so calling it again costs little. Concurrent calls wait for each other.
 */
export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<RunningCloud> {
  const instance = options.instance ?? chosenInstance();
  const paths = instancePaths(instance, options.directory);
  const tools = options.tools ?? readTools();
  const { onProgress, signal } = options;
  return withInstanceLock(options, async () => {
    const { pulumi, missingPlugins } = preparePulumiHome(paths, tools);
    if (missingPlugins.length > 0) {
      onProgress?.(`not built yet: the plugins ${missingPlugins.join(", ")}`);
    }
    const [postgres, kubernetes] = await allOrFirstError([
      startPostgres({ directory: paths.postgres, onProgress, signal }),
      startKubernetes({ binary: tools.kubernetes, directory: paths.kubernetes, onProgress, signal }),
    ]);
    const cloud: LocalCloud = { instance, postgres, kubernetes, pulumi };
    writeCloud(paths.cloudFile, cloud);
    return { cloud, env: withPath(cloud, paths.bin) };
  });
}

/**
 * Stops a local cloud's daemons; its data stays.
 * @returns whether anything ran
 */
export function stopLocalCloud(options: LocalCloudOptions = {}): Promise<boolean> {
  return withInstanceLock(options, () => stopAll(options));
}

/** Stops a local cloud and deletes everything that belongs to it. */
export async function resetLocalCloud(options: LocalCloudOptions = {}): Promise<void> {
  const paths = pathsOf(options);
  await withInstanceLock(options, async () => {
    await stopAll(options);
    removePostgres(paths.postgres);
    for (const part of [paths.cloudFile, paths.kubernetes, paths.pulumiHome, paths.state, paths.bin]) {
      rmSync(part, { recursive: true, force: true });
    }
  });
  rmSync(paths.root, { recursive: true, force: true });
}

/** A local cloud's parts, and whether each is up. */
export interface LocalCloudStatus {
  instance: string;
  directory: string;
  postgres: { up: boolean; pid?: number };
  kubernetes: { up: boolean; pid?: number };
  /** Its address book, where it has been started before. */
  cloud?: LocalCloud;
}

/** Looks at a local cloud without changing it. */
export function localCloudStatus(options: LocalCloudOptions = {}): LocalCloudStatus {
  const paths = pathsOf(options);
  const postgres = runningPostgres(paths.postgres);
  const kubernetes = runningKubernetes(paths.kubernetes);
  return {
    instance: path.basename(paths.root),
    directory: paths.root,
    postgres: { up: postgres?.ready ?? false, pid: postgres?.pid },
    kubernetes: { up: kubernetes !== undefined, pid: kubernetes?.pid },
    cloud: existsSync(paths.cloudFile) ? readCloud(paths.cloudFile) : undefined,
  };
}

/**
 * The environment of a local cloud that is up.
 * @throws LocalCloudError if it is not
 */
export function localCloudEnvironment(options: LocalCloudOptions = {}): RunningCloud & { bin: string } {
  const paths = pathsOf(options);
  const cloud = readCloud(paths.cloudFile);
  return { cloud, env: withPath(cloud, paths.bin), bin: paths.bin };
}

function pathsOf(options: LocalCloudOptions) {
  return instancePaths(options.instance ?? chosenInstance(), options.directory);
}

function withPath(cloud: LocalCloud, bin: string): LocalEnvironment {
  return { ...cloudEnvironment(cloud), PATH: [bin, process.env.PATH].filter(Boolean).join(path.delimiter) };
}

async function stopAll(options: LocalCloudOptions): Promise<boolean> {
  const paths = pathsOf(options);
  // Before what it works with: a worker would take that for a failure.
  const service = await stopService(paths.root);
  const stopped = await Promise.all([stopPostgres(paths.postgres), stopKubernetes(paths.kubernetes)]);
  return service || stopped.includes(true);
}

function withInstanceLock<T>(options: LocalCloudOptions, work: () => Promise<T>): Promise<T> {
  return withLock(pathsOf(options).lock, work, {
    signal: options.signal,
    onWait: (holder) =>
      options.onProgress?.(`waiting for process ${holder}, which is starting or stopping this local cloud`),
  });
}

/** Like Promise.all, but waits for all to end before it fails, so that nothing goes on behind an error. */
async function allOrFirstError<A, B>(work: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
