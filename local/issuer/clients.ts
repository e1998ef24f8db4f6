import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { z } from "zod";
import { readIfPresent, writeSecretFile } from "../files";
import { withLock } from "../lock";

/** What stands before the tenant in the client id of a tenant's administrator. */
const TENANT_ADMIN_PREFIX = "tenant-admin-";

/** The clients that are there from the start. */
const FIRST_CLIENTS = ["admin", "operator", "auditor"];

const clientSchema = z.object({
  secret: z.string().min(1),
  groups: z.array(z.string()),
  tenantId: z.string().optional(),
});

const fileSchema = z.object({ clients: z.record(z.string(), clientSchema) });

/** A program that may ask for tokens. */
export interface Client {
  readonly id: string;
  readonly secret: string;
  /** Its roles, as `cognito:groups`. */
  readonly groups: readonly string[];
  /** The tenant of a tenant's administrator, as `custom:tenant_id`. */
  readonly tenantId?: string;
}

/**
 * The issuer's clients, which may grow while it runs.
 *
 * @param directory the issuer's
 */
export function readClients(directory: string): Client[] {
  const text = readIfPresent(fileOf(directory));
  if (text === undefined) return [];
  const { clients } = fileSchema.parse(JSON.parse(text));
  return Object.entries(clients).map(([id, client]) => ({ id, ...client }));
}

/**
 * A client with its secret; made where it is not there yet, and then known to an issuer that runs, too.
 *
 * @param directory the issuer's
 * @param id `admin`, `operator`, `auditor`, or `tenant-admin-<tenant>` for the administrator of a tenant
 * @throws Error where the id is none of these
 */
export async function ensureClient(directory: string, id: string): Promise<Client> {
  const [client] = await ensureClients(directory, [id]);
  if (client === undefined) throw new Error(`client '${id}' was not made`);
  return client;
}

/** Makes the clients that are there from the start; returns them. */
export function ensureFirstClients(directory: string): Promise<Client[]> {
  return ensureClients(directory, FIRST_CLIENTS);
}

function ensureClients(directory: string, ids: readonly string[]): Promise<Client[]> {
  return withLock(path.join(directory, "clients.lock"), () => {
    const known = new Map(readClients(directory).map((client) => [client.id, client]));
    const asked = ids.map((id) => known.get(id) ?? newClient(id));
    if (asked.some(({ id }) => !known.has(id))) {
      for (const client of asked) known.set(client.id, client);
      write(directory, [...known.values()]);
    }
    return Promise.resolve(asked);
  });
}

function newClient(id: string): Client {
  const secret = randomBytes(32).toString("base64url");
  if (FIRST_CLIENTS.includes(id)) return { id, secret, groups: [id] };
  const tenantId = id.startsWith(TENANT_ADMIN_PREFIX) ? id.slice(TENANT_ADMIN_PREFIX.length) : "";
  if (tenantId === "") {
    throw new Error(
      `client id is '${id}': expected ${FIRST_CLIENTS.join(", ")} or ${TENANT_ADMIN_PREFIX}<tenant>`,
    );
  }
  return { id, secret, groups: ["tenant-admin"], tenantId };
}

function write(directory: string, known: readonly Client[]): void {
  const clients = Object.fromEntries(known.map(({ id, ...client }) => [id, client] as const));
  writeSecretFile(fileOf(directory), `${JSON.stringify({ clients }, undefined, 2)}\n`);
}

const fileOf = (directory: string) => path.join(directory, "clients.json");
