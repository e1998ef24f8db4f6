import { type Command, Option } from "commander";
import { EXIT, type ExitCode } from "../../../tenants/cli/exit-codes";
import type { AuditVerification, Operation, Tenant, TenantEvent } from "../../client";
import {
  OPERATION_KINDS,
  OPERATION_STATUSES,
  type OperationKind,
  type OperationStatus,
  PHASES,
  type Phase,
} from "../../lifecycle";
import { renderTenant } from "../render/tenant";
import { table } from "../render/table";
import type { CommonOptions, Session } from "../session";
import { common, limit } from "./options";
import { take } from "./take";

/** How many of a tenant's operations are shown with it. */
const SHOWN_OPERATIONS = 5;

type End = (code: ExitCode) => void;

/** Adds the commands that look, and change nothing. */
export function addReadCommands(program: Command, session: Session, end: End): void {
  common(
    program
      .command("list")
      .description("list tenants")
      .addOption(new Option("--phase <phase>", "only those in it").choices(PHASES))
      .option("--cell <cell>", "only those of it"),
    "list --phase failed",
  ).action(async (options: CommonOptions & { phase?: Phase; cell?: string }) => {
    const { phase, cell } = options;
    const tenants = await take(session.client(options).tenants({ phase, cell, limit: 200 }));
    session.show(tenants, options, tenantTable);
    end(EXIT.ok);
  });

  common(
    program.command("show").description("show a tenant").argument("<tenant>", "tenant id"),
    "show acme",
  ).action(async (id: string, options: CommonOptions) => {
    const client = session.client(options);
    const { tenant } = await client.tenant(id);
    const operations = await take(
      client.operations({ tenantId: id, limit: SHOWN_OPERATIONS }),
      SHOWN_OPERATIONS,
    );
    session.show({ ...tenant, operations }, options, () => renderTenant(tenant, operations));
    end(EXIT.ok);
  });

  common(
    program
      .command("operations")
      .description("list operations, the newest first")
      .option("--tenant <id>", "only those of it")
      .addOption(new Option("--status <status>", "only those in it").choices(OPERATION_STATUSES))
      .addOption(new Option("--kind <kind>", "only those").choices(OPERATION_KINDS))
      .addOption(limit()),
    "operations --status failed",
  ).action(
    async (
      options: CommonOptions & {
        tenant?: string;
        status?: OperationStatus;
        kind?: OperationKind;
        limit: number;
      },
    ) => {
      const { tenant, status, kind, limit: most } = options;
      const query = { tenantId: tenant, status, kind, limit: Math.min(most, 200) };
      const operations = await take(session.client(options).operations(query), most);
      session.show(operations, options, operationTable);
      end(EXIT.ok);
    },
  );

  common(
    program
      .command("events")
      .description("list what happened to a tenant")
      .argument("<tenant>", "tenant id")
      .option("--type <type>", "only those, such as tenant.active"),
    "events acme --type tenant.active",
  ).action(async (id: string, options: CommonOptions & { type?: string }) => {
    const events = await take(session.client(options).events(id, { type: options.type, limit: 200 }));
    session.show(events, options, eventTable);
    end(EXIT.ok);
  });

  addAudit(program, session, end);
}

function addAudit(program: Command, session: Session, end: End): void {
  common(
    program
      .command("audit")
      .description("list who changed what, the newest first, or check that none of it was changed")
      .option("--verify", "recompute the chain of hashes; exit code 1 where it is broken")
      .option("--tenant <id>", "only changes of it")
      .option("--actor <issuer#subject>", "only changes by it")
      .option("--action <action>", "only those, such as tenant.suspend")
      .addOption(limit()),
    "audit --tenant acme",
    "audit --verify",
  ).action(
    async (
      options: CommonOptions & {
        verify?: boolean;
        tenant?: string;
        actor?: string;
        action?: string;
        limit: number;
      },
    ) => {
      const client = session.client(options);
      if (options.verify === true) {
        const verification = await client.verifyAudit();
        session.show(verification, options, verificationText);
        end(verification.intact ? EXIT.ok : EXIT.failure);
        return;
      }
      const { tenant, actor, action, limit: most } = options;
      const query = { tenantId: tenant, actor, action, limit: Math.min(most, 200) };
      const entries = await take(client.audit(query), most);
      session.show(entries, options, (all) =>
        table(
          ["#", "AT", "ACTION", "TENANT", "ACTOR", "ADDRESS"],
          all.map((it) => [String(it.sequence), it.at, it.action, it.tenantId ?? "-", it.actor, it.address]),
          "no entries",
        ),
      );
      end(EXIT.ok);
    },
  );
}

function verificationText({ intact, entries, broken }: AuditVerification): string {
  return intact
    ? `${entries} entries, each as it was written\n`
    : `BROKEN: entry ${broken ?? "?"} was changed or taken away; the ${entries} before it are as they were written\n`;
}

function tenantTable(tenants: readonly Tenant[]): string {
  const rows = tenants.map(({ id, phase, spec, facts, updatedAt }) => [
    id,
    phase,
    spec.tier,
    spec.size,
    spec.cell,
    facts.hostName ?? "-",
    updatedAt,
  ]);
  return table(["TENANT", "PHASE", "TIER", "SIZE", "CELL", "HOST NAME", "LAST CHANGE"], rows, "no tenants");
}

function operationTable(operations: readonly Operation[]): string {
  const rows = operations.map(({ id, tenantId, kind, status, step, createdAt }) => [
    id,
    tenantId,
    kind,
    status,
    step ?? "-",
    createdAt,
  ]);
  return table(["OPERATION", "TENANT", "KIND", "STATUS", "STEP", "ASKED FOR"], rows, "no operations");
}

function eventTable(events: readonly TenantEvent[]): string {
  const rows = events.map(({ sequence, at, type, operationId, data }) => [
    String(sequence),
    at,
    type,
    operationId ?? "-",
    Object.entries(data)
      .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
      .join(" "),
  ]);
  return table(["#", "AT", "TYPE", "OPERATION", "DATA"], rows, "no events");
}
