import type { PulumiFn } from "@pulumi/pulumi/automation";
import { type CliExit, runCli } from "./cli/process";
import { Collector } from "./collector";
import { splitConfig } from "./config";
import { CLI_ENVIRONMENT, type EngineEnvironment, type Environment } from "./environment";
import { EngineError } from "./errors";
import type { EngineEvent } from "./events";
import type { LanguageHost } from "./host/language-host";
import { loadLanguageHost } from "./host/lazy.cjs";
import type { AnalyzerLease, AnalyzerPool } from "./policy/analyzer-pool";
import { writeLoglessHome } from "./pulumi-home";
import type { ChangeGate, ConfigValue, OperationRequest, PolicyPack } from "./types";
import type { OperationEnd } from "./verdict";
import { parseWireEvent } from "./wire-events";
import { WorkDirectory } from "./workspace";

/** How long the last events may take after the CLI has ended, milliseconds. */
const LAST_EVENTS_MS = 2000;

/** One run of the CLI against a language host of its own, in a directory of its own. */
export interface OperationPlan {
  readonly engine: EngineEnvironment;
  readonly ambient: Environment;
  readonly analyzers: AnalyzerPool;
  readonly request: OperationRequest;
  /** The command and its flags, without those that every command takes. */
  readonly command: (directory: WorkDirectory) => readonly string[];
  /** Default: none is expected to run. */
  readonly program?: PulumiFn;
  readonly config?: Readonly<Record<string, ConfigValue>>;
  readonly policyPacks?: readonly PolicyPack[];
  readonly changeGate?: ChangeGate;
}

/** Name of a stack as every backend understands it. A Pulumi service's organization is in its own environment variable. */
export function qualifiedName(ambient: Environment, project: string, stack: string): string {
  return `${ambient["TENANTRY_PULUMI_ORGANIZATION"] ?? "organization"}/${project}/${stack}`;
}

/**
 * Runs one operation: writes its directory, serves its program, policy packs and event log, and runs the CLI once.
 *
 * @throws Error where it could not be run at all; how it ended is in the value
 */
export async function runOperation(plan: OperationPlan): Promise<OperationEnd> {
  const { request, engine, ambient } = plan;
  const directory = new WorkDirectory();
  const leases: AnalyzerLease[] = [];
  const ended = new AbortController();
  let host: LanguageHost | undefined;
  try {
    const collector = new Collector();
    const packs = await lendPacks(plan, directory, leases);
    const config = splitConfig(request.project, plan.config ?? {});
    let garbled: Error | undefined;
    host = await loadLanguageHost().LanguageHost.start({
      program: plan.program ?? noProgram,
      secretConfig: config.secret,
      changeGate: plan.changeGate,
      ending: anyOf(ended.signal, request.signal, request.killSignal),
      analyzerPort: (pack) => packs.ports.get(pack),
      onEventLine: (line) => {
        try {
          const event = parseWireEvent(line);
          if (event !== undefined) deliver(event, collector, request);
        } catch (error) {
          garbled ??= error instanceof Error ? error : new Error(String(error));
        }
      },
    });
    directory.writeProject(request.project, request.stack, host.port, config.plain);
    const exit = await runCli({
      pulumi: engine.pulumi,
      args: [
        ...plan.command(directory),
        "--stack",
        qualifiedName(ambient, request.project, request.stack),
        "--exec-kind",
        "auto.inline",
        "--non-interactive",
        "--color=never",
        "--suppress-outputs",
        "--suppress-progress",
        `--event-log=tcp://127.0.0.1:${host.port}`,
        ...packs.flags,
      ],
      directory: directory.project,
      environment: cliEnvironment(ambient, request, directory),
      signal: request.signal,
      killSignal: request.killSignal,
    });
    await lastEvents(host, exit);
    if (garbled !== undefined) {
      throw new EngineError(`an event of Pulumi's could not be understood: ${garbled.message}`, {
        cause: garbled,
      });
    }
    return {
      stack: { project: request.project, stack: request.stack },
      exit,
      collector,
      programRun: host.programRun,
    };
  } finally {
    ended.abort();
    host?.stop();
    for (const lease of leases) lease.release();
    directory.remove();
  }
}

/** Prepares what a process of the CLI sees: the ambient environment, the request's, and what makes it behave for us. */
export function cliEnvironment(
  ambient: Environment,
  request: OperationRequest,
  directory: WorkDirectory,
): Environment {
  const environment = { ...ambient, ...request.environment, ...CLI_ENVIRONMENT, TMPDIR: directory.path };
  writeLoglessHome(directory.home, environment);
  return { ...environment, PULUMI_HOME: directory.home };
}

function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== undefined));
}

function deliver(event: EngineEvent, collector: Collector, request: OperationRequest): void {
  collector.add(event);
  request.onEvent?.(event);
}

interface LentPacks {
  readonly flags: readonly string[];
  /** Port of a warm analyzer by its stand-in's directory. */
  readonly ports: ReadonlyMap<string, number>;
}

async function lendPacks(
  plan: OperationPlan,
  directory: WorkDirectory,
  leases: AnalyzerLease[],
): Promise<LentPacks> {
  const packs = plan.policyPacks ?? [];
  const ports = new Map<string, number>();
  const flags: string[] = [];
  const configured = packs.some(({ config }) => config !== undefined);
  if (configured && packs.some(({ config }) => config === undefined)) {
    throw new EngineError(
      "either every policy pack has a configuration file or none has: Pulumi pairs them by their order",
    );
  }
  for (const [index, pack] of packs.entries()) {
    const lease = await plan.analyzers.lend(pack);
    if (lease === undefined) {
      flags.push("--policy-pack", pack.path);
    } else {
      leases.push(lease);
      const standIn = directory.writePolicyPack(index);
      ports.set(standIn, lease.port);
      flags.push("--policy-pack", standIn);
    }
    if (pack.config !== undefined) flags.push("--policy-pack-config", pack.config);
  }
  return { flags, ports };
}

/** The CLI's last events may still be on their way when it is gone; a run that never began has none. */
async function lastEvents(host: LanguageHost, exit: CliExit): Promise<void> {
  if (exit.killed || !host.eventsBegan) return;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, LAST_EVENTS_MS)));
  await Promise.race([host.eventsEnded, timeout]);
  clearTimeout(timer);
}

const noProgram: PulumiFn = () => Promise.reject(new EngineError("this operation has no program to run"));
