import { Command, InvalidArgumentError } from "commander";
import { type Cost, Driver } from "./drivers/driver";
import { WAYS, type Way } from "./drivers/protocol";
import { median, table } from "./measure/statistics";
import { type ProgramName, isProgramName } from "./programs";
import { buildStage } from "./stage";

/** How many operations run at once when memory is read. */
const AT_ONCE = [1, 4, 8] as const;

const NAMES: Readonly<Record<Way, string>> = {
  engine: "tenants/engine",
  plain: "plain Automation API",
  cli: "pulumi up",
};

/** What the engine's CPU may be of the others' at most: the project's own bar. */
const BAR: Readonly<Record<Exclude<Way, "engine">, number>> = { plain: 1 / 2, cli: 1 / 6 };

interface BenchOptions {
  readonly rounds: number;
  readonly program: ProgramName;
}

async function bench({ rounds, program }: BenchOptions): Promise<void> {
  const stage = await buildStage(program, tell);
  const drivers = WAYS.map((way) => Driver.start(way, stage.environment));
  try {
    tell("a first tenant each, which is not counted: workers live long, and load what they run once");
    for (const driver of drivers) await driver.measure(tenantId(driver.way, 0));
    const costs = await interleaved(drivers, rounds);
    print(`Onboarding a tenant: median of ${rounds}, policy pack on`, timeTable(costs));
    const memory = await memoryOf(drivers, rounds);
    print(
      "Memory per operation in flight, MB PSS: peak less what the idle worker holds, by operations at once",
      memory,
    );
    console.log(verdict(costs));
  } finally {
    await Promise.all(drivers.map((driver) => driver.stop()));
    tell("taking the local cloud down");
    await stage.strike();
  }
}

/** One tenant after another and one way after another, so that whatever else the machine does falls on all alike. */
async function interleaved(drivers: readonly Driver[], rounds: number): Promise<Map<Way, Cost[]>> {
  const costs = new Map<Way, Cost[]>(drivers.map(({ way }) => [way, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const driver of drivers) {
      const cost = await driver.measure(tenantId(driver.way, round));
      costs.get(driver.way)?.push(cost);
      tell(
        `round ${round} of ${rounds}: ${NAMES[driver.way]} ${fixed(cost.wallSeconds)} s, ${fixed(cost.cpuSeconds)} CPU s`,
      );
    }
  }
  return costs;
}

function timeTable(costs: ReadonlyMap<Way, readonly Cost[]>): string {
  const of = (way: Way, what: keyof Cost): number => median((costs.get(way) ?? []).map((cost) => cost[what]));
  return table(
    ["way", "wall s", "CPU s", "wall, engine = 1", "CPU, engine = 1"],
    WAYS.map((way) => [
      NAMES[way],
      fixed(of(way, "wallSeconds")),
      fixed(of(way, "cpuSeconds")),
      fixed(of(way, "wallSeconds") / of("engine", "wallSeconds")),
      fixed(of(way, "cpuSeconds") / of("engine", "cpuSeconds")),
    ]),
  );
}

async function memoryOf(drivers: readonly Driver[], rounds: number): Promise<string> {
  const rows: string[][] = [];
  for (const driver of drivers) {
    const row = [NAMES[driver.way]];
    for (const count of AT_ONCE) {
      if (count > rounds + 1) {
        row.push("-");
        continue;
      }
      tell(`memory: ${NAMES[driver.way]}, ${count} at once`);
      const idle = driver.heldBytes();
      const peak = await driver.peakBytes(
        Array.from({ length: count }, (_, index) => tenantId(driver.way, index)),
      );
      row.push(((peak - idle) / count / 2 ** 20).toFixed(0));
    }
    rows.push(row);
  }
  return table(["way", ...AT_ONCE.map(String)], rows);
}

function verdict(costs: ReadonlyMap<Way, readonly Cost[]>): string {
  const cpu = (way: Way): number => median((costs.get(way) ?? []).map(({ cpuSeconds }) => cpuSeconds));
  const lines = (["plain", "cli"] as const).map((way) => {
    const share = cpu("engine") / cpu(way);
    return `${share <= BAR[way] ? "met" : "NOT MET"}: the engine takes ${(share * 100).toFixed(0)} % of the CPU of ${NAMES[way]}; at most ${(BAR[way] * 100).toFixed(0)} % are wanted`;
  });
  return lines.join("\n");
}

function tenantId(way: Way, index: number): string {
  return `bench-${way}-${index}`;
}

function fixed(value: number): string {
  return value.toFixed(2);
}

function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}

function print(title: string, text: string): void {
  console.log(`\n${title}\n${text}\n`);
}

new Command("bench:onboard")
  .description("What it costs to onboard a tenant, in three ways.")
  .option("--rounds <count>", "tenants a way; 8 or more for all of the memory's columns", count, 8)
  .option(
    "--program <name>",
    "tenant, or components for the engine's own cost",
    programName,
    "tenant" satisfies ProgramName,
  )
  .action((options: BenchOptions) => bench(options))
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 12) {
    throw new InvalidArgumentError("expected a whole number from 1 to 12: an account holds 40 databases");
  }
  return value;
}

function programName(text: string): ProgramName {
  if (!isProgramName(text)) throw new InvalidArgumentError("expected tenant or components");
  return text;
}
