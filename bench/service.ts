import { setTimeout as sleep } from "node:timers/promises";
import * as path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import cellProgram from "../platform";
import { PLATFORM_PROJECT, TENANTS_PROJECT } from "../components/rules/projects";
import { resetLocalCloud, startLocalCloud } from "../local";
import { AccountConnection, SettingsStore } from "../local/aws/account";
import { clientFor } from "../local/onboarding/client";
import { runningPid, startService } from "../local/onboarding/daemon";
import { instancePaths } from "../local/paths";
import { LOCAL_CELL, readCellSettings } from "../local/start/cell";
import type { TenantryClient } from "../onboarding/client";
import { Engine } from "../tenants/engine";
import { tenantProgram } from "../tenants/program";
import { type TenantSpec, parseTenantSpec } from "../tenants/spec";
import { treeCpuSeconds, treePssBytes } from "./measure/process-tree";
import { table } from "./measure/statistics";

const INSTANCE = "bench-service";
const GUARDRAILS = path.resolve(__dirname, "../policy/guardrails");

/** Operations that a worker runs at once, and the engine of the alternative, too. */
const AT_ONCE = 2;

/** Pause between two reads, milliseconds: the API takes ten requests a second of one subject. */
const READ_PAUSE_MS = 200;

/** Small tenants that a node of the local cell has room for. */
const TENANTS_A_NODE = 5;

const clusterSettings = z.looseObject({ nodes: z.looseObject({ tenants: z.looseObject({}) }) });

/** What a way of onboarding came to. */
interface Measured {
  readonly tenants: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
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
    const reads: number[] = [];
    const service = await throughService(client, tenants, reads);
    const bare = await throughEngine(engine, compared);
    engine.close();
    report(service, bare, reads);
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
async function throughService(client: TenantryClient, tenants: number, reads: number[]): Promise<Measured> {
  tell(`onboarding ${tenants} tenants at once through the service`);
  const worker = runningPid(instancePaths(INSTANCE).root, "worker");
  if (worker === undefined) throw new Error("the worker does not run");
  const before = treeCpuSeconds(worker);
  const began = performance.now();
  const ids = Array.from({ length: tenants }, (_, index) => `service-${index}`);
  await Promise.all(ids.map((id) => client.onboard(specOf(id))));
  let peakBytes = 0;
  for (;;) {
    const asked = performance.now();
    const { api } = client;
    const { data } = await api.GET("/v1/tenants", { params: { query: { limit: 200 } } });
    reads.push(performance.now() - asked);
    peakBytes = Math.max(peakBytes, treePssBytes(worker));
    const phases = data?.items.map(({ phase }) => phase) ?? [];
    if (phases.includes("failed")) throw new Error("an onboarding failed");
    if (phases.length === tenants && phases.every((phase) => phase === "active")) break;
    await sleep(READ_PAUSE_MS);
  }
  const seconds = (performance.now() - began) / 1000;
  return { tenants, seconds, cpuSeconds: treeCpuSeconds(worker) - before, peakBytes };
}

/** By the engine alone: no registry, no workflow, no probe. */
async function throughEngine(engine: Engine, tenants: number): Promise<Measured> {
  tell(`onboarding ${tenants} tenants by the engine alone`);
  const before = treeCpuSeconds(process.pid);
  const began = performance.now();
  const waiting = Array.from({ length: tenants }, (_, index) => `engine-${index}`);
  let peakBytes = 0;
  const watching = setInterval(() => (peakBytes = Math.max(peakBytes, treePssBytes(process.pid))), 500);
  const lane = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      await engine.up({
        project: TENANTS_PROJECT,
        stack: id,
        program: tenantProgram(specOf(id)),
        policyPacks: [{ path: GUARDRAILS }],
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  clearInterval(watching);
  const seconds = (performance.now() - began) / 1000;
  return { tenants, seconds, cpuSeconds: treeCpuSeconds(process.pid) - before, peakBytes };
}

function report(service: Measured, bare: Measured, reads: number[]): void {
  const row = (name: string, { tenants, seconds, cpuSeconds, peakBytes }: Measured): string[] => [
    name,
    String(tenants),
    (seconds / tenants).toFixed(2),
    (cpuSeconds / tenants).toFixed(2),
    (seconds / tenants / (bare.seconds / bare.tenants)).toFixed(2),
    (peakBytes / 2 ** 20).toFixed(0),
  ];
  console.log(
    table(
      ["way", "tenants", "wall s a tenant", "CPU s a tenant", "wall, engine = 1", "peak MB PSS"],
      [row("service, all at once", service), row("engine alone", bare)],
    ),
  );
  const sorted = [...reads].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.ceil(sorted.length * share) - 1] ?? 0).toFixed(0);
  console.log(
    `\nreads of the tenants' list meanwhile: ${sorted.length}, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`,
  );
}

function specOf(id: string): TenantSpec {
  return parseTenantSpec(
    {
      id,
      name: id,
      tier: "silo",
      contact: "bench@tenants.example",
      cell: LOCAL_CELL,
      size: "small",
      database: { engine: "postgres", size: "small" },
    },
    "the bench's spec",
  );
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
