import { createHmac, createHash, pbkdf2Sync, randomBytes } from "node:crypto";
import { Client } from "pg";
import type { LocalCloud } from "../../../cloud";
import { ensurePrivateDatabase } from "../../../postgres/private-database";
import { codeOf } from "../../account";

/** A database of a simulated instance on the embedded server, and the role that owns it. */
export interface BackingDatabase {
  database: string;
  role: string;
  /** Left as it is if absent. */
  password: string | undefined;
  /** The database to copy where there is none yet; an empty one is made if absent. */
  template?: string | undefined;
}

/** What the names of snapshots' databases begin with. */
export const COPY_PREFIX = "rds_copy_";

const RESERVED_NAMES: ReadonlySet<string> = new Set([
  "account",
  "postgres",
  "template0",
  "template1",
  "public",
  "none",
]);

/** Whether a name is the embedded server's own, so that no instance may have it. */
export function isReserved(name: string): boolean {
  return RESERVED_NAMES.has(name) || name.startsWith("pg_") || name.startsWith(COPY_PREFIX);
}

/** Makes the role and the database, or brings them in line; both may be there already. */
export async function ensureDatabase(cloud: LocalCloud, backing: BackingDatabase): Promise<void> {
  await withServer(cloud, async (client) => {
    const role = client.escapeIdentifier(backing.role);
    const roles = await client.query("select 1 from pg_roles where rolname = $1", [backing.role]);
    if (roles.rowCount === 0) await client.query(`create role ${role} nosuperuser nocreatedb nocreaterole`);
    // A role that outlived its instance, because snapshots are full of what it owns, could not log in.
    await client.query(`alter role ${role} login`);
    if (backing.password !== undefined) {
      await client.query(
        `alter role ${role} password ${client.escapeLiteral(scramVerifier(backing.password))}`,
      );
    }
    const { database: name, role: owner, template } = backing;
    await ensurePrivateDatabase(client, { name, owner, template });
    for (const shared of SHARED_DATABASES) {
      const open = await client.query("select 1 where has_database_privilege('public', $1, 'connect')", [
        shared,
      ]);
      if (open.rowCount !== 0) await client.query(`revoke all on database ${shared} from public`);
    }
  });
}

/** Whether the server has a database of that name. */
export async function hasDatabase(cloud: LocalCloud, database: string): Promise<boolean> {
  let found = false;
  await withServer(cloud, async (client) => {
    const databases = await client.query("select 1 from pg_database where datname = $1", [database]);
    found = databases.rowCount !== 0;
  });
  return found;
}

/** Drops the database, its connections and its role ({@link dropRole}); either may be gone already. */
export async function dropDatabase(
  cloud: LocalCloud,
  backing: Omit<BackingDatabase, "password">,
): Promise<void> {
  await withServer(cloud, async (client) => {
    await client.query(`drop database if exists ${client.escapeIdentifier(backing.database)} with (force)`);
    await dropRole(client, backing.role);
  });
}

/**
 * Drops a role that owns nothing any more. One that does, in snapshots, stays without a way to log in: an instance that is
 * restored gets it back, and with it what it owns.
 */
export async function dropRole(client: Client, role: string): Promise<void> {
  const name = client.escapeIdentifier(role);
  try {
    await client.query(`drop role if exists ${name}`);
  } catch (error) {
    if (codeOf(error) !== OWNS_SOMETHING) throw error;
    await client.query(`alter role ${name} nologin password null`);
  }
}

/** Sets a role's password, as a rotation does. */
export async function setPassword(cloud: LocalCloud, role: string, password: string): Promise<void> {
  await withServer(cloud, async (client) => {
    const verifier = client.escapeLiteral(scramVerifier(password));
    await client.query(`alter role ${client.escapeIdentifier(role)} password ${verifier}`);
  });
}

/** A master password as RDS makes them: long, without the characters it leaves out. */
export function generatePassword(): string {
  return randomBytes(24).toString("base64url");
}

/**
 * What PostgreSQL stores of a password (RFC 5803). It goes to the server in place of the password, so that no
 * statement log can hold that.
 */
export function scramVerifier(password: string, salt = randomBytes(16), iterations = 4096): string {
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

/** Databases of the server itself, which everybody could connect to otherwise. */
const SHARED_DATABASES = ["postgres", "template1"];

/** Key of the lock under which roles and databases are made and dropped: the server can't do two at once. */
const SERVER_LOCK = 7_310_043;

/** SQLSTATE of a role that cannot go because something depends on it. */
const OWNS_SOMETHING = "2BP01";

/** Works as the server's superuser while nobody else makes, copies or drops databases. */
export async function withServer(
  cloud: LocalCloud,
  action: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client({ ...cloud.postgres, database: "postgres" });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [SERVER_LOCK]);
    await action(client);
  } finally {
    await client.end();
  }
}
