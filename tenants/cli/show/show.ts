import { Engine, type Outputs } from "../../engine";
import { stackOf } from "../commands";
import { EXIT, type ExitCode } from "../exit-codes";
import { asTenantError } from "../failure";
import { loadPlatformOutputs, loadQuota } from "../lazy.cjs";
import { PLATFORM_PROJECT } from "../../../components/rules/projects";
import type { CommandOptions } from "../options";
import type { Sink } from "../render/reporter";
import { type NamespaceUse, renderScreen } from "./screen";
import { parseTenantOutputs } from "./tenant";

/** `tenantry engine show`: what a tenant has, and what it uses right now. */
export async function show(tenant: string, options: CommandOptions, out: Sink): Promise<ExitCode> {
  const engine = new Engine();
  const [state, lastOperation] = await Promise.all([
    engine.describe(stackOf(tenant)),
    engine.lastOperation(stackOf(tenant)),
  ]).catch((error: unknown) => {
    throw asTenantError(error, tenant);
  });
  const facts = parseTenantOutputs(tenant, state.outputs);
  const { use, useProblem } = await askCluster(engine, facts.cell, facts.namespace);
  const screen = { facts, resources: state.resourceCount, lastOperation, use, useProblem };
  if (options.json === true) {
    const { facts: tenantFacts, ...rest } = screen;
    out.write(`${JSON.stringify({ ...tenantFacts, ...rest })}\n`);
  } else {
    out.write(renderScreen(screen));
  }
  return EXIT.ok;
}

/** A cluster that cannot be asked is told of on the screen: what the state knows is worth showing all the same. */
async function askCluster(
  engine: Engine,
  cell: string,
  namespace: string | undefined,
): Promise<{ use: NamespaceUse | undefined; useProblem?: string }> {
  if (namespace === undefined) return { use: undefined, useProblem: "the tenant has no namespace" };
  try {
    const outputs = await engine.outputs({ project: PLATFORM_PROJECT, stack: cell });
    const { cluster } = loadPlatformOutputs().parsePlatformOutputs(plain(outputs));
    return { use: await loadQuota().readNamespaceUse(cluster.kubeconfig, namespace) };
  } catch (error) {
    return { use: undefined, useProblem: error instanceof Error ? error.message : String(error) };
  }
}

function plain(outputs: Outputs): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}
