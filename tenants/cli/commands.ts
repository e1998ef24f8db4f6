import { Engine } from "../engine";
import { recognizeTenantResource } from "../recognize";
import { TENANTS_PROJECT } from "../../components/rules/projects";
import { protectedDatabases } from "../protected-databases";
import type { TenantSpec } from "../spec";
import { canAsk, confirm } from "./confirm";
import { EXIT, type ExitCode } from "./exit-codes";
import { BadInputError, NotFoundError } from "./failure";
import { loadTenantProgram } from "./lazy.cjs";
import { type CommandOptions, policyPacksOf } from "./options";
import type { Reporter } from "./render/reporter";
import { type TenantOperation, type TenantTask, runTasks } from "./runner";
import { selectIds, selectSpecs } from "./selection";

/** What a command works with. */
export interface CommandContext {
  readonly options: CommandOptions;
  readonly reporter: Reporter;
  /** Told of each error besides the reporter, for `--debug`. */
  readonly onError: (error: unknown) => void;
}

/** `tenantry engine up`. */
export async function up(ids: readonly string[], context: CommandContext): Promise<ExitCode> {
  const specs = await selectSpecs(ids, context.options);
  if (context.options.yes !== true && canAsk()) {
    const code = await judge("preview", specs, context);
    if (code !== EXIT.ok) return code;
    await confirm(`Bring up ${specs.map(({ id }) => id).join(", ")}?`);
  }
  return judge("up", specs, context);
}

/** `tenantry engine preview`. */
export async function preview(ids: readonly string[], context: CommandContext): Promise<ExitCode> {
  return judge("preview", await selectSpecs(ids, context.options), context);
}

async function judge(
  command: "up" | "preview",
  specs: readonly TenantSpec[],
  context: CommandContext,
): Promise<ExitCode> {
  const policyPacks = policyPacksOf(context.options);
  const { secretsProvider } = context.options;
  return withEngine(command, context, (engine) => {
    const program = loadTenantProgram();
    return specs.map((spec) => ({
      tenant: spec.id,
      run: (operation) =>
        engine[command]({
          ...stackOf(spec.id),
          ...operation,
          program: program(spec),
          policyPacks,
          secretsProvider,
        }),
    }));
  });
}

/** `tenantry engine refresh`. */
export async function refresh(ids: readonly string[], context: CommandContext): Promise<ExitCode> {
  return withEngine("refresh", context, async (engine) => {
    const selected = await selectIds(ids, context.options, () => deployed(engine));
    return selected.map((tenant) => ({
      tenant,
      run: (operation) => engine.refresh({ ...stackOf(tenant), ...operation }),
    }));
  });
}

/** `tenantry engine destroy`. */
export async function destroy(ids: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options } = context;
  if (options.yes !== true && !canAsk()) {
    throw new BadInputError(
      "--yes is missing: expected it where nobody can be asked, for what is destroyed is gone",
    );
  }
  return withEngine("destroy", context, async (engine) => {
    const selected = await selectIds(ids, options, () => deployed(engine));
    if (options.yes !== true) await confirm(`Destroy ${selected.join(", ")} and all their data?`);
    return selected.map((tenant) => ({
      tenant,
      run: (operation) => destroyTenant(engine, tenant, operation, options),
    }));
  });
}

async function destroyTenant(
  engine: Engine,
  tenant: string,
  operation: TenantOperation,
  options: CommandOptions,
) {
  const targets = protectedDatabases(await engine.export(stackOf(tenant)));
  if (targets.length > 0) {
    if (options.removeProtection !== true) {
      throw new BadInputError(
        `database.deletionProtection is true for tenant '${tenant}': expected --remove-protection with destroy, ` +
          "or false in the tenant's spec and an up",
      );
    }
    const [spec] = await selectSpecs([tenant], { ...options, all: false });
    if (spec === undefined) throw new NotFoundError(`tenant '${tenant}' has no spec in ${options.specs}`);
    const program = loadTenantProgram()({
      ...spec,
      database: { ...spec.database, deletionProtection: false },
    });
    // Nothing but the database is touched: of a tenant that never came up the rest may fail as it failed before, and
    // a policy would take what is left out of such an update for what is missing.
    await engine.up({ ...stackOf(tenant), ...operation, program, targets });
  }
  return engine.destroy({ ...stackOf(tenant), ...operation, remove: true });
}

async function deployed(engine: Engine): Promise<string[]> {
  return (await engine.list(TENANTS_PROJECT)).map(({ stack }) => stack).sort();
}

async function withEngine(
  command: string,
  { options, reporter, onError }: CommandContext,
  tasks: (engine: Engine) => readonly TenantTask[] | Promise<readonly TenantTask[]>,
): Promise<ExitCode> {
  const engine = new Engine({ recognize: recognizeTenantResource });
  try {
    return await runTasks(command, await tasks(engine), options.concurrency, reporter, onError);
  } finally {
    engine.close();
  }
}

/** The stack of a tenant. */
export function stackOf(tenant: string) {
  return { project: TENANTS_PROJECT, stack: tenant };
}
