import { z } from "zod";
import { TENANTS_PROJECT } from "../../components/rules/projects";
import {
  type EngineEvent,
  type OperationResult,
  type Outputs,
  StackNotFoundError,
} from "../../tenants/engine";
import type { TenantState } from "../../tenants/state";
import { tenantProgram } from "../../tenants/program";
import type { TenantSpec } from "../../tenants/spec";
import { changeGateOf, chargeDeletion } from "../budget";
import type { Tenant, TenantFacts } from "../registry";
import type { Job } from "./job";

/** Type of a tenant's database. */
const INSTANCE = "aws:rds/instance:Instance";

/** The stack of a tenant. */
export function stackOf(tenantId: string): { project: string; stack: string } {
  return { project: TENANTS_PROJECT, stack: tenantId };
}

/** The state that a tenant's row asks for, with what a step wants otherwise. */
export function stateOf(
  { presence, database }: Pick<Tenant, "presence" | "database">,
  change: { presence?: Tenant["presence"]; database?: Partial<TenantState["database"]> } = {},
): TenantState {
  return {
    presence: change.presence ?? presence,
    database: {
      present: true,
      lifetime: database.lifetime,
      restoreFrom: database.restoreFrom,
      ...change.database,
    },
  };
}

/** Takes what the engine tells of a tenant's stack while it changes it. */
export function told({ shop, progress }: Pick<Job, "shop" | "progress">): (event: EngineEvent) => void {
  return (event) => {
    chargeDeletion(shop.budget, event);
    progress.engine(event);
  };
}

/** Whether a tenant's stack has a database, or one that a killed run was about to make. */
export async function hasDatabase({ shop, tenant, signal }: Job): Promise<boolean> {
  try {
    const { deployment } = await shop.engine.export({ ...stackOf(tenant.id), signal });
    const { resources = [], pending_operations: pending = [] } = deployment;
    return [...resources, ...pending.map(({ resource }) => resource)].some(({ type }) => type === INSTANCE);
  } catch (error) {
    if (error instanceof StackNotFoundError) return false;
    throw error;
  }
}

/** Brings a tenant's stack to a state, judged by the policies. */
export async function bringUp(
  job: Job,
  { spec, state, refresh = false }: { spec: TenantSpec; state: TenantState; refresh?: boolean },
): Promise<OperationResult> {
  const { shop, tenant, signal, killSignal } = job;
  const { engine, policyPacks, secretsProvider } = shop;
  return engine.up({
    ...stackOf(tenant.id),
    program: tenantProgram(spec, { state }),
    policyPacks,
    secretsProvider,
    refresh,
    signal,
    killSignal,
    changeGate: changeGateOf(shop.budget),
    onEvent: told(job),
  });
}

/** Says what bringing a tenant's stack to a state would do. */
export async function preview(
  { shop, tenant, progress, signal, killSignal }: Job,
  { spec, state }: { spec: TenantSpec; state: TenantState },
): Promise<OperationResult> {
  return shop.engine.preview({
    ...stackOf(tenant.id),
    program: tenantProgram(spec, { state }),
    policyPacks: shop.policyPacks,
    secretsProvider: shop.secretsProvider,
    signal,
    killSignal,
    onEvent: (event) => progress.engine(event),
  });
}

const text = z.string().min(1).optional().catch(undefined);

const factsSchema = z.object({
  hostName: text,
  namespace: text,
  operatorsGroup: text,
  keyArn: text,
  roleArn: text,
  release: text,
  database: z
    .object({
      engine: z.string(),
      endpoint: z.string().min(1),
      port: z.number(),
      name: z.string(),
      username: z.string(),
      secretArn: z.string().min(1),
      identifier: z.string(),
      resourceId: text,
      finalSnapshot: text,
    })
    .optional()
    .catch(undefined),
});

/** What the registry keeps of a stack's outputs. */
export function factsOf(outputs: Outputs): TenantFacts {
  return factsSchema.parse(
    Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])),
  );
}

/** What changed, for the operation's result. */
export function summaryOf({ changes, durationMs, recovered }: OperationResult): Record<string, unknown> {
  return { changes, durationMs, ...(recovered.length > 0 ? { recovered } : {}) };
}
