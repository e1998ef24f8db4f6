import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Registry } from "../../onboarding/registry";
import { removePostgres, startPostgres, stopPostgres } from "../postgres";
import { ensureDatabase } from "../postgres/database";

/** A registry of a test's own on a PostgreSQL server of its own. */
export interface TestRegistry {
  readonly registry: Registry;
  /** Another process's registry on the same database, by default with the same key. */
  open(key?: string): Promise<Registry>;
  /** Writes events of a tenant, as operations do, and what is to be delivered of them to webhooks. */
  addEvents(tenantId: string, count: number, webhooks?: readonly string[]): Promise<void>;
  /** Makes a webhook. */
  addWebhook(id: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server in a temporary folder, and opens a registry on it. */
export async function startTestRegistry(): Promise<TestRegistry> {
  const directory = mkdtempSync(path.join(tmpdir(), "tenantry-registry-"));
  const { host, port, user, password } = await startPostgres({ directory });
  await ensureDatabase({ host, port, user, password }, "tenantry");
  const key = randomBytes(32).toString("base64");
  const url = `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/tenantry`;
  const opened: Registry[] = [];
  const open = async (otherKey = key): Promise<Registry> => {
    const registry = await Registry.open({ url, key: otherKey });
    opened.push(registry);
    return registry;
  };
  const registry = await open();
  return {
    registry,
    open,
    async addEvents(tenantId, count, webhooks = []) {
      const { rows } = await registry.pool.query<{ last: number }>(
        "select coalesce(max(sequence), 0)::int as last from tenantry.events where tenant_id = $1",
        [tenantId],
      );
      const last = rows[0]?.last ?? 0;
      for (let sequence = last + 1; sequence <= last + count; sequence++) {
        const id = `${tenantId}:${sequence}`;
        await registry.pool.query(
          `insert into tenantry.events (id, sequence, tenant_id, type, data) values ($1, $2, $3, 'tenant.active', '{}')`,
          [id, sequence, tenantId],
        );
        for (const webhook of webhooks) {
          await registry.pool.query(
            `insert into tenantry.deliveries (webhook_id, event_id, tenant_id, position)
             select $1, id, tenant_id, position from tenantry.events where id = $2`,
            [webhook, id],
          );
        }
      }
    },
    async addWebhook(id) {
      const { webhook } = await registry.transaction((tx) =>
        registry.webhooks.create(tx, { url: `https://${id}.example/`, types: [] }, ORIGIN),
      );
      await registry.pool.query("update tenantry.webhooks set id = $1 where id = $2", [id, webhook.id]);
    },
    async stop() {
      await Promise.all(opened.map((each) => each.close()));
      await stopPostgres(directory);
      removePostgres(directory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Who does what a test does. */
export const ORIGIN = {
  actor: { subject: "test", issuer: "https://issuer.example", roles: ["admin"] },
  address: "127.0.0.1",
  requestId: "request",
};
