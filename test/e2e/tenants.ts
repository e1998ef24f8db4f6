import * as path from "node:path";
import type { ClientConfig } from "pg";
import { z } from "zod";
import { AccountConnection, Cipher, ResourceStore } from "../../local/aws/account";
import { ROOT, type World } from "../world/world";

/** The tenants of the reference architecture. */
export const TENANTS = ["acme", "globex"] as const;

/** One of them. */
export type Tenant = (typeof TENANTS)[number];

const shown = z.object({
  database: z.object({
    endpoint: z.string(),
    port: z.number(),
    name: z.string(),
    username: z.string(),
    secretArn: z.string(),
  }),
});

const credentials = z.object({ username: z.string(), password: z.string() });

/** An address and the credentials for it. */
export type Database = ClientConfig & { readonly database: string; readonly user: string };

const found = new Map<Tenant, Promise<Database>>();

/** How a tenant's services reach their database: the address from the stack, the password from Secrets Manager. */
export function databaseOf(world: World, tenant: Tenant): Promise<Database> {
  const database = found.get(tenant) ?? findDatabase(world, tenant);
  found.set(tenant, database);
  return database;
}

async function findDatabase(world: World, tenant: Tenant): Promise<Database> {
  const { stdout } = await world.tenantry("show", tenant, "--json");
  const { database } = shown.parse(JSON.parse(stdout));
  const { username, password } = await readSecret(world, database.secretArn);
  return { host: database.endpoint, port: database.port, database: database.name, user: username, password };
}

async function readSecret(world: World, arn: string): Promise<z.infer<typeof credentials>> {
  const { postgres } = world.cloud;
  const connection = new AccountConnection(postgres);
  try {
    const store = new ResourceStore(connection, new Cipher(postgres.password));
    const version = (await store.all(true)).find(
      ({ type, state }) =>
        type === "aws:secretsmanager/secretVersion:SecretVersion" && state["secretId"] === arn,
    );
    return credentials.parse(JSON.parse(z.string().parse(version?.state["secretString"])));
  } finally {
    await connection.close();
  }
}

/** Gives an operator of a tenant credentials of their own, as the company's identity provider would. */
export async function operatorKubeconfig(world: World, tenant: Tenant): Promise<string> {
  const file = path.join(ROOT, ".local", "test", `operator-${tenant}.kubeconfig`);
  const group = `tenantry:${tenant}:operators`;
  await world.local("kubeconfig", "--user", `olivia@${tenant}.example`, "--group", group, "--out", file);
  return file;
}
