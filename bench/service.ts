import { setTimeout as sleep } from "node:timers/promises";
import * as path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import cellProgram from "../platform";
import { PLATFORM_PROJECT } from "../components/rules/projects";
import { resetLocalCloud, startLocalCloud } from "../local";
import { AccountConnection, SettingsStore } from "../local/aws/account";
import { clientFor } from "../local/onboarding/client";
import { runningPid, startService, stopService } from "../local/onboarding/daemon";
import { instancePaths } from "../local/paths";
import { LOCAL_CELL, readCellSettings } from "../local/start/cell";
import type { TenantryClient } from "../onboarding/client";
import { Engine } from "../tenants/engine";
import { Driver, type Measured as Cost } from "./drivers/driver";
import { Latencies } from "./measure/latencies";
import { treeCpuSeconds, treePssBytes } from "./measure/process-tree";
import { table } from "./measure/statistics";
import type { ProgramName } from "./programs";
import { specOf } from "./programs/tenant";

const INSTANCE = "bench-service";
const GUARDRAILS = path.resolve(__dirname, "../policy/guardrails");

/** Operations that a worker runs at once, and the engine of the alternative, too. */
const AT_ONCE = 2;

/** Pause between two pairs of reads, milliseconds: the API takes ten requests a second of one subject. */
const READ_PAUSE_MS = 250;

/** The project's own bar: how long one read in a hundred may take, and what a worker that runs two operations may hold. */
const BAR = { p99Ms: 100, workerMb: 1500 } as const;

/** Small tenants that a node of the local cell has room for. */
const TENANTS_A_NODE = 5;

const clusterSettings = z.looseObject({ nodes: z.looseObject({ tenants: z.looseObject({}) }) });

/** What a way of onboarding came to. */
interface Measured extends Cost {
  readonly tenants: number;
}

async function bench(tenants: number, compared: number): Promise<void> {
  process.env["TENANTRY_CELL_CAPACITY"] = String(tenants + compared);
  process.env["TENANTRY_WORKER_CONCURRENCY"] = String(AT_ONCE);
  tell("building a cell");
  await resetLocalCloud({ instance: INSTANCE });
  const { cloud, env } = await startLocalCloud({ instance: INSTANCE });
  try {
    Object.assign(process.env, env);
    const account = new AccountConnection(cloud.postgres);
    await new SettingsStore(account).setQuota("rds.instances", tenants + compared);
    await account.close();
    const engine = new Engine();
    await engine.up({
      project: PLATFORM_PROJECT,
      stack: LOCAL_CELL,
      program: cellProgram,
      config: roomFor(tenants + compared),
    });
    const client = clientFor(await startService({ cloud, env }));
    engine.close();
    const reads = new Latencies();
    const service = await throughService(client, tenants, reads);
    const api = treePssBytes(pidOf("api"));
    // The service would look at the cell and deliver events meanwhile.
    await stopService(instancePaths(INSTANCE).root);
    report(service, await throughEngine({ ...process.env, ...env }, compared), api, reads);
  } finally {
    tell("taking the local cloud down");
    await resetLocalCloud({ instance: INSTANCE });
  }
}

/** The local cell's settings with nodes enough: nothing scales them here, and a tenant takes a sixth of one. */
function roomFor(tenants: number): Record<string, string> {
  const settings = readCellSettings(LOCAL_CELL);
  const cluster = clusterSettings.parse(JSON.parse(settings["tenantry:cluster"] ?? "{}"));
  const count = Math.max(6, Math.ceil(tenants / TENANTS_A_NODE));
  const roomy = { ...cluster.nodes.tenants, min: count, desired: count, max: count };
  const nodes = { ...cluster.nodes, tenants: roomy };
  return { ...settings, "tenantry:cluster": JSON.stringify({ ...cluster, nodes }) };
}

/** All at once through the API, which is read from meanwhile. */
async function throughService(client: TenantryClient, tenants: number, reads: Latencies): Promise<Measured> {
  tell(`onboarding ${tenants} tenants at once through the service`);
  const worker = pidOf("worker");
  const before = treeCpuSeconds(worker);
  const began = performance.now();
  const ids = Array.from({ length: tenants }, (_, index) => `service-${index}`);
  await Promise.all(ids.map((id) => client.onboard(specOf(id))));
  let peakBytes = 0;
  for (let round = 0; ; round += 1) {
    const phases = await phasesOf(client, reads);
    await reads.time(() => client.tenant(ids[round % tenants] ?? ""));
    peakBytes = Math.max(peakBytes, treePssBytes(worker));
    if (phases.includes("failed")) throw new Error("an onboarding failed");
    if (phases.length === tenants && phases.every((phase) => phase === "active")) break;
    await sleep(READ_PAUSE_MS);
  }
  const seconds = (performance.now() - began) / 1000;
  return { tenants, seconds, cpuSeconds: treeCpuSeconds(worker) - before, peakBytes };
}

async function phasesOf({ api }: TenantryClient, reads: Latencies): Promise<string[]> {
  const query = { limit: 200 };
  const { data } = await reads.time(() => api.GET("/v1/tenants", { params: { query } }));
  return data?.items.map(({ phase }) => phase) ?? [];
}

/** By the engine alone: no registry, no workflow, no probe. As many at once as a worker runs. */
async function throughEngine(
  environment: Readonly<Record<string, string | undefined>>,
  tenants: number,
): Promise<Measured> {
  tell(`onboarding ${tenants} tenants by the engine alone`);
  const driver = Driver.start("engine", {
    ...environment,
    BENCH_PROGRAM: "tenant" satisfies ProgramName,
    BENCH_POLICY_PACK: GUARDRAILS,
  });
  try {
    const ids = Array.from({ length: tenants }, (_, index) => `engine-${index}`);
    return { tenants, ...(await driver.measureInLanes(ids, AT_ONCE)) };
  } finally {
    await driver.stop();
  }
}

function pidOf(role: string): number {
  const pid = runningPid(instancePaths(INSTANCE).root, role);
  if (pid === undefined) throw new Error(`the ${role} does not run`);
  return pid;
}

function report(service: Measured, bare: Measured, api: number, reads: Latencies): void {
  const row = (name: string, { tenants, seconds, cpuSeconds, peakBytes }: Measured): string[] => [
    name,
    String(tenants),
    (seconds / tenants).toFixed(2),
    (cpuSeconds / tenants).toFixed(2),
    (seconds / tenants / (bare.seconds / bare.tenants)).toFixed(2),
    (cpuSeconds / tenants / (bare.cpuSeconds / bare.tenants)).toFixed(2),
    megabytes(peakBytes),
  ];
  console.log(
    table(
      ["way", "tenants", "wall s each", "CPU s each", "wall, engine = 1", "CPU, engine = 1", "peak MB PSS"],
      [row("service, all at once", service), row("engine alone", bare)],
    ),
  );
  const at = (share: number): string => reads.percentile(share).toFixed(0);
  console.log(
    `\nreads of the API meanwhile: ${reads.count}, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; the API holds ${megabytes(api)} MB`,
  );
  console.log(verdict("reads, p99 in ms", reads.percentile(0.99), BAR.p99Ms));
  console.log(verdict("worker with all it starts, MB", service.peakBytes / 2 ** 20, BAR.workerMb));
}

function verdict(what: string, value: number, most: number): string {
  return `${value <= most ? "met" : "NOT MET"}: ${what}: ${value.toFixed(0)}; at most ${most} are wanted`;
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}

new Command("bench:service")
  .description("What fifty onboardings at once come to, through the service and by the engine alone.")
  .option("--tenants <count>", "tenants through the service", count, 50)
  .option("--compared <count>", "tenants by the engine alone", count, 10)
  .action(({ tenants, compared }: { tenants: number; compared: number }) => bench(tenants, compared))
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(
      `error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  });

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 500)
    throw new InvalidArgumentError("expected 1 to 500");
  return value;
}
