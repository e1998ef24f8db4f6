import { type Command, Option } from "commander";
import { EXIT, type ExitCode } from "../../../tenants/cli/exit-codes";
import type { Delivery } from "../../client";
import { facts, table } from "../../../tenants/cli/render/table";
import type { CommonOptions, Session } from "../session";
import { DEFAULT_LIMIT, common, limit, pageSize } from "./options";
import { take } from "./take";

/** Adds the commands for webhooks. */
export function addWebhookCommands(program: Command, session: Session, end: (code: ExitCode) => void): void {
  const webhooks = program.command("webhooks").description("send events to other systems");

  common(webhooks.command("list").description("list webhooks"), "webhooks list").action(
    async (options: CommonOptions) => {
      const all = await take(session.client(options).webhooks.list());
      session.show(all, options, () =>
        table(
          ["WEBHOOK", "URL", "TYPES", "TENANT", "ENABLED"],
          all.map(({ id, url, types, tenantId, enabled }) => [
            id,
            url,
            types.join(",") || "all",
            tenantId ?? "all",
            enabled ? "yes" : "no",
          ]),
          "no webhooks",
        ),
      );
      end(EXIT.ok);
    },
  );

  common(
    webhooks
      .command("add")
      .description("send events to an address; the secret that signs them is shown this one time")
      .argument("<url>", "https address")
      .option("--type <types...>", "only these events, such as tenant.active")
      .option("--tenant <id>", "only this tenant's events"),
    "webhooks add https://crm.example.com/hooks --type tenant.active tenant.failed",
  ).action(async (url: string, options: CommonOptions & { type?: string[]; tenant?: string }) => {
    const made = await session
      .client(options)
      .webhooks.add({ url, types: options.type ?? [], tenantId: options.tenant });
    session.show(made, options, ({ id, secret }) =>
      facts([
        ["Webhook", id],
        ["URL", made.url],
        ["Secret", secret ?? "told before, and not again"],
      ]),
    );
    end(EXIT.ok);
  });

  common(
    webhooks
      .command("remove")
      .description("send no more events to an address")
      .argument("<webhook>", "webhook id"),
    "webhooks remove whk_1",
  ).action(async (id: string, options: CommonOptions) => {
    await session.client(options).webhooks.remove(id);
    session.show({ removed: id }, options, () => `webhook ${id} is removed\n`);
    end(EXIT.ok);
  });

  common(
    webhooks
      .command("deliveries")
      .description("list what was or is to be delivered, the newest event first")
      .argument("<webhook>", "webhook id")
      .addOption(new Option("--status <status>", "only those").choices(["pending", "delivered", "dead"]))
      .addOption(limit(DEFAULT_LIMIT)),
    "webhooks deliveries whk_1 --status dead",
  ).action(async (id: string, options: CommonOptions & { status?: Delivery["status"]; limit: number }) => {
    const { status, limit: most } = options;
    const query = { status, limit: pageSize(most) };
    const all = await take(session.client(options).webhooks.deliveries(id, query), most);
    session.show(all, options, deliveryTable);
    end(EXIT.ok);
  });

  common(
    webhooks
      .command("resend")
      .description("deliver an event again, also one that was given up")
      .argument("<webhook>", "webhook id")
      .argument("<event>", "event id"),
    "webhooks resend whk_1 evt_1",
  ).action(async (id: string, event: string, options: CommonOptions) => {
    const delivery = await session.client(options).webhooks.resend(id, event);
    session.show(delivery, options, () => `event ${event} is on its way to webhook ${id} again\n`);
    end(EXIT.ok);
  });
}

function deliveryTable(deliveries: readonly Delivery[]): string {
  const rows = deliveries.map((it) => [
    it.eventId,
    it.eventType,
    it.tenantId,
    it.status,
    String(it.attempts),
    it.deliveredAt ?? (it.status === "pending" ? `next ${it.nextAttemptAt}` : "-"),
    it.lastError ?? "-",
  ]);
  return table(
    ["EVENT", "TYPE", "TENANT", "STATUS", "ATTEMPTS", "WHEN", "LAST ERROR"],
    rows,
    "no deliveries",
  );
}
