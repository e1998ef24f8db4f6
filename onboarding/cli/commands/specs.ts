import { type Command, Option } from "commander";
import type { ExitCode } from "../../../tenants/cli/exit-codes";
import type { TenantSpec } from "../../../tenants/spec";
import { type Accepted, ApiProblem, type ChangeOptions, type TenantryClient } from "../../client";
import type { ChangeTask } from "../changes";
import { mergeDiff } from "../merge-diff";
import type { ChangeFlags, Session } from "../session";
import { UsageError } from "../failure";
import { readSpecFiles } from "../spec-files";
import { change, changeOptions } from "./options";
import { VERBS, VERB_NAMES, VERB_OPTIONS, type VerbFlags, type VerbName } from "./verbs";

type End = (code: ExitCode) => void;

/** What an argument has to be like to be taken for a tenant's id, and not for a file. */
const TENANT_ID = /^[a-z][a-z0-9-]*$/;

interface PlanFlags extends ChangeFlags, VerbFlags {
  readonly operation: VerbName;
}

/** Adds the commands that work with spec files. */
export function addSpecCommands(program: Command, session: Session, end: End): void {
  change(
    program
      .command("onboard")
      .description("onboard tenants, a YAML file each")
      .argument("<files...>", "tenants' specs"),
    "onboard acme.yaml",
    "onboard tenants/specs/*.yaml --no-wait --json",
  ).action(async (files: string[], flags: ChangeFlags) => {
    const specs = await readSpecFiles(files);
    const options = changeOptions(flags);
    end(
      await session.change("onboard", flags, (client) =>
        specs.map((spec) => ({ subject: spec.id, ask: () => client.onboard(spec, options) })),
      ),
    );
  });

  change(
    program
      .command("update")
      .description("make tenants what their YAML files say; a tenant that changed meanwhile is left alone")
      .argument("<files...>", "tenants' specs"),
    "update acme.yaml",
  ).action(async (files: string[], flags: ChangeFlags) => {
    const specs = await readSpecFiles(files);
    const options = changeOptions(flags);
    end(
      await session.change("update", flags, (client) =>
        specs.map((spec) => ({ subject: spec.id, ask: () => update(client, spec, options) })),
      ),
    );
  });

  const plan = change(
    program
      .command("plan")
      .description("say what would be created, changed and deleted, what it costs and what the policies say")
      .argument("<files-or-ids...>", "a file plans its onboarding or update; an id what --operation says")
      .addOption(
        new Option("--operation <verb>", "what to plan of ids").choices(VERB_NAMES).default("repair"),
      ),
    "plan acme.yaml",
    "plan acme --operation offboard --retention-days 30",
    "plan acme --operation restore --time 2026-03-01T12:00:00Z",
  );
  for (const option of Object.values(VERB_OPTIONS)) plan.addOption(option());
  plan.action(async (subjects: string[], flags: PlanFlags) => {
    const ids = subjects.filter((subject) => TENANT_ID.test(subject));
    const specs = await readSpecFiles(subjects.filter((subject) => !TENANT_ID.test(subject)));
    refuseStrayOptions(flags, ids);
    const { ask } = VERBS[flags.operation];
    const options = { ...changeOptions(flags), dryRun: true };
    end(
      await session.change("plan", flags, (client): ChangeTask[] => [
        ...specs.map((spec) => ({ subject: spec.id, ask: () => planSpec(client, spec, options) })),
        ...ids.map((id) => ({ subject: id, ask: () => ask(client, id, flags, options) })),
      ]),
    );
  });
}

/** An option that the planned operation does not take would be left out of the plan without a word. */
function refuseStrayOptions(flags: PlanFlags, ids: readonly string[]): void {
  for (const [name, option] of Object.entries(VERB_OPTIONS)) {
    const takers = VERB_NAMES.filter((verb) => VERBS[verb].options.some((taken) => taken === name));
    const isGiven = Object.entries(flags).some(([flag, value]) => flag === name && value !== undefined);
    if (!isGiven || (ids.length > 0 && takers.includes(flags.operation))) continue;
    throw new UsageError(
      `${option().long} was given for a plan of ${ids.length > 0 ? flags.operation : "files"}: ` +
        `expected a tenant's id and --operation ${takers.join(" or ")}`,
    );
  }
}

/** Changes what differs, and only where the tenant is as it was when that was found out. */
async function update(
  client: TenantryClient,
  spec: TenantSpec,
  options: ChangeOptions,
): Promise<Accepted | undefined> {
  const { tenant, etag = "*" } = await client.tenant(spec.id);
  const patch = mergeDiff(tenant.spec, spec);
  return patch === undefined ? undefined : client.update(spec.id, patch, { ...options, etag });
}

/** Plans the update of a tenant that is there, and the onboarding of one that is not. */
async function planSpec(
  client: TenantryClient,
  spec: TenantSpec,
  options: ChangeOptions,
): Promise<Accepted | undefined> {
  try {
    return await update(client, spec, options);
  } catch (error) {
    if (error instanceof ApiProblem && error.type === "not-found") return client.onboard(spec, options);
    throw error;
  }
}
