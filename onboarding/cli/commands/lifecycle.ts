import type { Command } from "commander";
import type { ExitCode } from "../../../tenants/cli/exit-codes";
import type { Accepted, TenantryClient } from "../../client";
import { UsageError } from "../failure";
import type { ChangeFlags, Session } from "../session";
import { change, parseCount, yes } from "./options";
import { optionsOf } from "./specs";

interface LifecycleFlags extends ChangeFlags {
  readonly reason?: string;
  readonly snapshot?: string;
  readonly time?: string;
  readonly retentionDays?: number;
  readonly force?: boolean;
}

type Ask = (client: TenantryClient, id: string, flags: LifecycleFlags) => Promise<Accepted>;

/** Longest time that a retained tenant is kept, in days. */
const MAX_RETENTION_DAYS = 3650;

/** Adds the commands that take tenants through their lives. */
export function addLifecycleCommands(
  program: Command,
  session: Session,
  end: (code: ExitCode) => void,
): void {
  const verb = (
    name: string,
    description: string,
    ask: Ask,
    examples: readonly string[],
    question?: string,
  ): Command =>
    change(
      program.command(name).description(description).argument("<tenants...>", "tenant ids"),
      ...examples,
    ).action(async (ids: string[], flags: LifecycleFlags) => {
      const named = [...new Set(ids)];
      if (question !== undefined) await sure(session, flags, `${question} (${named.join(", ")})`);
      end(
        await session.change(name, flags, (client) =>
          named.map((id) => ({ subject: id, ask: () => ask(client, id, flags) })),
        ),
      );
    });
  const reason = ["--reason <text>", "why, for people and the audit log"] as const;

  verb(
    "suspend",
    "stop what tenants run: their people get a page that says so, their data stays",
    (client, id, flags) => client.suspend(id, { reason: flags.reason }, optionsOf(flags)),
    ['suspend acme --reason "invoice 2026-114 is unpaid"'],
  ).option(...reason);
  verb("resume", "bring suspended tenants back", (client, id, flags) => client.resume(id, optionsOf(flags)), [
    "resume acme",
  ]);
  verb("rotate", "change tenants' secrets", (client, id, flags) => client.rotate(id, optionsOf(flags)), [
    "rotate acme",
  ]);
  verb(
    "restore",
    "give tenants the data of a snapshot or an earlier time; a retained tenant's final snapshot is the default",
    (client, id, flags) => client.restore(id, restoreOf(flags), optionsOf(flags)),
    ["restore acme --time 2026-03-01T12:00:00Z", "restore acme"],
  )
    .option("--snapshot <name>", "RDS snapshot to restore")
    .option("--time <time>", "time to go back to, ISO 8601");
  verb(
    "offboard",
    "take tenants down, and retain their keys and a final snapshot",
    (client, id, flags) =>
      client.offboard(id, { reason: flags.reason, retentionDays: flags.retentionDays }, optionsOf(flags)),
    ['offboard acme --reason "contract ended" --retention-days 30'],
    "Take them down? Their databases are deleted after a final snapshot.",
  )
    .option(...reason)
    .option(
      "--retention-days <days>",
      "days until a purge is allowed (default: the service's setting)",
      parseCount("--retention-days", 0, MAX_RETENTION_DAYS),
    )
    .addOption(yes());
  verb(
    "purge",
    "delete what was retained, snapshots and archives among it; it cannot be undone",
    (client, id, flags) => client.purge(id, { reason: flags.reason, force: flags.force }, optionsOf(flags)),
    ['purge acme --reason "erasure was asked for"'],
    "Delete all their data for good?",
  )
    .option(...reason)
    .option("--force", "also before the retention period is over")
    .addOption(yes());
  verb("refresh", "look for drift", (client, id, flags) => client.refresh(id, optionsOf(flags)), [
    "refresh acme",
  ]);
  verb("repair", "undo drift", (client, id, flags) => client.repair(id, optionsOf(flags)), ["repair acme"]);
  verb(
    "retry",
    "go on with onboardings that failed",
    (client, id, flags) => client.retry(id, optionsOf(flags)),
    ["retry acme"],
  );
}

function restoreOf({ snapshot, time }: LifecycleFlags) {
  if (snapshot !== undefined && time !== undefined) {
    throw new UsageError("--snapshot and --time were both given: expected one or the other");
  }
  if (snapshot !== undefined) return { restore: { snapshot } };
  if (time === undefined) return {};
  if (Number.isNaN(Date.parse(time))) {
    throw new UsageError(`--time is '${time}': expected a time such as 2026-03-01T12:00:00Z`);
  }
  return { restore: { time: new Date(time).toISOString() } };
}

async function sure(
  { surroundings }: Session,
  { yes: sure = false }: ChangeFlags,
  question: string,
): Promise<void> {
  if (sure) return;
  if (!surroundings.canAsk()) throw new UsageError("--yes is missing: expected it where nobody can be asked");
  await surroundings.confirm(question);
}
