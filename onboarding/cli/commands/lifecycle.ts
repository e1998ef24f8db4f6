import type { Command } from "commander";
import type { ExitCode } from "../../../tenants/cli/exit-codes";
import { UsageError } from "../failure";
import type { ChangeFlags, Session } from "../session";
import { change, changeOptions, yes } from "./options";
import { VERBS, VERB_NAMES, VERB_OPTIONS, type VerbFlags } from "./verbs";

/** Adds the commands that take tenants through their lives. */
export function addLifecycleCommands(
  program: Command,
  session: Session,
  end: (code: ExitCode) => void,
): void {
  for (const name of VERB_NAMES) {
    const { description, options, question, examples, ask } = VERBS[name];
    const command = change(
      program.command(name).description(description).argument("<tenants...>", "tenant ids"),
      ...examples,
    );
    for (const option of options) command.addOption(VERB_OPTIONS[option]());
    if (question !== undefined) command.addOption(yes());
    command.action(async (ids: string[], flags: ChangeFlags & VerbFlags) => {
      const named = [...new Set(ids)];
      if (question !== undefined) await sure(session, flags, `${question} (${named.join(", ")})`);
      end(
        await session.change(name, flags, (client) =>
          named.map((id) => ({ subject: id, ask: () => ask(client, id, flags, changeOptions(flags)) })),
        ),
      );
    });
  }
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
