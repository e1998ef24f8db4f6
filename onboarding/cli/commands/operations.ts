import { type Command, Option } from "commander";
import { EXIT, type ExitCode } from "../../../tenants/cli/exit-codes";
import { facts } from "../../../tenants/cli/render/table";
import type { TenantryClient, WatchedProgress } from "../../client";
import {
  OPERATION_KINDS,
  OPERATION_STATUSES,
  type OperationKind,
  type OperationStatus,
} from "../../lifecycle";
import { isOpen } from "../open";
import { operationTable, renderOperation } from "../render/operation";
import type { CommonOptions, Session } from "../session";
import { DEFAULT_LIMIT, common, limit, pageSize } from "./options";
import { take } from "./take";

interface ListFlags extends CommonOptions {
  readonly tenant?: string;
  readonly status?: OperationStatus;
  readonly kind?: OperationKind;
  readonly limit: number;
}

/** Adds the commands for operations. */
export function addOperationCommands(
  program: Command,
  session: Session,
  end: (code: ExitCode) => void,
): void {
  common(
    program
      .command("operations")
      .description("list operations, the newest first, or show all of one: its steps, problem and result")
      .argument("[operation]", "operation id")
      .option("--tenant <id>", "only those of it")
      .addOption(new Option("--status <status>", "only those in it").choices(OPERATION_STATUSES))
      .addOption(new Option("--kind <kind>", "only those").choices(OPERATION_KINDS))
      .addOption(limit(DEFAULT_LIMIT)),
    "operations --status failed",
    "operations op_0b7e5b0f4b0c4c7a9d3f6f1c2a9e8d71",
  ).action(async (id: string | undefined, options: ListFlags) => {
    const client = session.client(options);
    if (id === undefined) {
      const { tenant, status, kind, limit: most } = options;
      const query = { tenantId: tenant, status, kind, limit: pageSize(most) };
      session.show(await take(client.operations(query), most), options, operationTable);
    } else {
      const operation = await client.operation(id);
      const steps = isOpen(operation) ? [] : await stepsOf(client, id);
      session.show({ ...operation, steps }, options, () => renderOperation(operation, steps));
    }
    end(EXIT.ok);
  });

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
    "cancel op_0b7e5b0f4b0c4c7a9d3f6f1c2a9e8d71",
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

/** How an operation that has ended went from step to step. */
async function stepsOf(client: TenantryClient, id: string): Promise<WatchedProgress[]> {
  const steps: WatchedProgress[] = [];
  for await (const line of client.watch(id)) {
    if (line.kind === "step") steps.push(line);
  }
  return steps;
}
