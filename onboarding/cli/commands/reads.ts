import { type Command, Option } from "commander";
import { EXIT, type ExitCode } from "../../../tenants/cli/exit-codes";
import type { AuditVerification, Tenant, TenantEvent } from "../../client";
import { PHASES, type Phase } from "../../lifecycle";
import { renderTenant } from "../render/tenant";
import { table } from "../../../tenants/cli/render/table";
import type { CommonOptions, Session } from "../session";
import { DEFAULT_LIMIT, common, limit, pageSize } from "./options";
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
      .option("--cell <cell>", "only those of it")
      .addOption(limit()),
    "list --phase failed",
  ).action(async (options: CommonOptions & { phase?: Phase; cell?: string; limit?: number }) => {
    const { phase, cell, limit: most } = options;
    const tenants = await take(session.client(options).tenants({ phase, cell, limit: pageSize(most) }), most);
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
      .command("events")
      .description("list what happened to a tenant, the oldest first")
      .argument("<tenant>", "tenant id")
      .option("--type <type>", "only those, such as tenant.active")
      .addOption(limit()),
    "events acme --type tenant.active",
  ).action(async (id: string, options: CommonOptions & { type?: string; limit?: number }) => {
    const { type, limit: most } = options;
    const events = await take(session.client(options).events(id, { type, limit: pageSize(most) }), most);
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
      .addOption(
        new Option("--head <head>", "one that --verify told earlier: the log must still have it").implies({
          verify: true,
        }),
      )
      .option("--tenant <id>", "only changes of it")
      .option("--actor <issuer#subject>", "only changes by it")
      .option("--action <action>", "only those, such as tenant.suspend")
      .addOption(limit(DEFAULT_LIMIT)),
    "audit --tenant acme",
    "audit --verify",
    `audit --head 12:${"4e".repeat(32)}`,
  ).action(
    async (
      options: CommonOptions & {
        verify?: boolean;
        head?: string;
        tenant?: string;
        actor?: string;
        action?: string;
        limit: number;
      },
    ) => {
      const client = session.client(options);
      if (options.verify === true) {
        const verification = await client.verifyAudit(options.head);
        session.show(verification, options, verificationText);
        end(verification.intact ? EXIT.ok : EXIT.failure);
        return;
      }
      const { tenant, actor, action, limit: most } = options;
      const query = { tenantId: tenant, actor, action, limit: pageSize(most) };
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

function verificationText({ entries, broken, head, hasEarlierHead }: AuditVerification): string {
  if (broken === undefined && hasEarlierHead === false)
    return "BROKEN: the log does not have that head any more: entries up to it were changed or taken away\n";
  return broken === undefined
    ? `${entries} entries, each as it was written\nhead ${head}\n`
    : `BROKEN: entry ${broken} was changed or taken away; the ${entries} before it are as they were written\n`;
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
