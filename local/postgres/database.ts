import { Client, DatabaseError, escapeIdentifier } from "pg";
import type { PostgresAccess } from "./access";

/** Any server's superuser: the address book does not say that it is on this machine. */
type ServerAccess = Omit<PostgresAccess, "host"> & { readonly host: string };

/** Makes a database, unless it exists; on the way, proves that the server takes connections. */
export async function ensureDatabase(access: ServerAccess, name: string): Promise<void> {
  try {
    await withClient(access, name, () => Promise.resolve());
  } catch (error) {
    if (!hasSqlState(error, "3D000")) {
      throw error;
    }
    await withClient(access, "postgres", async (client) => {
      await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
      // Tenants' roles live on the same server; nobody but the superuser may enter.
      await client.query(`REVOKE ALL ON DATABASE ${escapeIdentifier(name)} FROM PUBLIC`);
    });
  }
}

/** Runs `work` on one connection of the superuser to a database. */
export async function withClient<T>(
  access: ServerAccess,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ ...access, database, application_name: "tenantry-local" });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Whether an error is PostgreSQL's, of the given SQLSTATE. */
export function hasSqlState(error: unknown, state: string): boolean {
  return error instanceof DatabaseError && error.code === state;
}
