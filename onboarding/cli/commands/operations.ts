import type { Command } from "commander";
import { EXIT, type ExitCode } from "../../../tenants/cli/exit-codes";
import { facts } from "../render/table";
import type { CommonOptions, Session } from "../session";
import { common } from "./options";

/** Adds the commands for one operation. */
export function addOperationCommands(
  program: Command,
  session: Session,
  end: (code: ExitCode) => void,
): void {
  common(
    program
      .command("watch")
      .description("follow an operation to its end; the exit code is the operation's")
      .argument("<operation>", "operation id"),
    "watch op_0b7e5b0f4b0c4c7a9d3f6f1c2a9e8d71",
  ).action(async (id: string, options: CommonOptions) => {
    const { tenantId } = await session.client(options).operation(id);
    end(
      await session.change("watch", { ...options, wait: true }, (client) => [
        {
          subject: tenantId,
          ask: async () => ({ kind: "operation", operation: await client.operation(id) }),
        },
      ]),
    );
  });

  common(
    program
      .command("cancel")
      .description("take an operation back that has not begun")
      .argument("<operation>", "operation id"),
  ).action(async (id: string, options: CommonOptions) => {
    const operation = await session.client(options).cancel(id);
    session.show(operation, options, ({ tenantId, kind, status }) =>
      facts([
        ["Operation", id],
        ["Tenant", tenantId],
        ["Kind", kind],
        ["Status", status],
      ]),
    );
    end(EXIT.ok);
  });
}
