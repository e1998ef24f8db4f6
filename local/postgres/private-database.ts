import { type ClientBase, escapeIdentifier } from "pg";
import { hasCode } from "../files";

/** SQLSTATE of a database that does not exist, and of one that takes no connections, as its maker was killed. */
const NOT_MADE = ["3D000", "55000"];

/** A database of one's own. */
export interface PrivateDatabase {
  readonly name: string;
  /** Default: who makes it. */
  readonly owner?: string;
  /** The database to copy. Default: an empty one. */
  readonly template?: string | undefined;
}

/** Whether a connection failed as its database is yet to be made, or to be finished. */
export function isYetToBeMade(error: unknown): boolean {
  return NOT_MADE.some((state) => hasCode(error, state));
}

/**
 * Makes a database, unless there is one, that from its first moment lets in only its owner and the superuser. PostgreSQL
 * lets everybody into a new database, and making one is no part of a transaction: so it takes no connections at all until
 * it is closed to others. One that a process left so that was killed is finished.
 */
export async function ensurePrivateDatabase(
  client: ClientBase,
  { name, owner, template }: PrivateDatabase,
): Promise<void> {
  const database = escapeIdentifier(name);
  const found = await client.query("select 1 from pg_database where datname = $1", [name]);
  if (found.rowCount === 0) {
    const options = [
      ...(owner === undefined ? [] : [`owner ${escapeIdentifier(owner)}`]),
      ...(template === undefined ? [] : [`template ${escapeIdentifier(template)}`]),
    ];
    await client.query(`create database ${database} ${options.join(" ")} allow_connections false`);
  } else if (owner !== undefined) {
    await client.query(`alter database ${database} owner to ${escapeIdentifier(owner)}`);
  }
  const open = await client.query("select 1 where has_database_privilege('public', $1, 'connect')", [name]);
  if (open.rowCount === 0) return;
  // One message, so one transaction.
  await client.query(
    `revoke all on database ${database} from public; alter database ${database} allow_connections true`,
  );
}
