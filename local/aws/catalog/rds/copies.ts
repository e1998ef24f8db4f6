import { createHash } from "node:crypto";
import { Client } from "pg";
import type { LocalCloud } from "../../../cloud";
import { codeOf } from "../../account";
import { COPY_PREFIX, dropRole, withServer } from "./database";
import type { Snapshot } from "./snapshots";

/** Milliseconds between two looks for sessions that keep a database from being copied. */
const SESSIONS_MS = 50;

/** SQLSTATE of a database that does not exist. */
const NO_DATABASE = "3D000";

/** Hexadecimal digits of the hash that tells an instance's copies apart. */
const NAME_DIGITS = 16;

/**
 * Name of the database that holds a snapshot's rows: the instance's resource id, which no other ever has, and a hash of the
 * snapshot's name. It follows from the snapshot alone, so that what a killed process left off can be taken up.
 */
export function copyName(snapshot: Pick<Snapshot, "resourceId" | "identifier">): string {
  const name = createHash("sha256").update(snapshot.identifier).digest("hex").slice(0, NAME_DIGITS);
  return `${COPY_PREFIX}${snapshot.resourceId.replace(/^db-/, "").toLowerCase()}_${name}`;
}

/** Whether a snapshot has rows: those of other engines than PostgreSQL are the control plane only. */
export function hasRows(snapshot: Pick<Snapshot, "engine">): boolean {
  return snapshot.engine === "postgres";
}

/**
 * Copies an instance's database for a snapshot, unless that has its copy. Nobody can connect to it, not even a superuser.
 * Sessions on the database end, as a single server's last sessions do where AWS suspends I/O for the moment.
 */
export async function ensureCopy(cloud: LocalCloud, snapshot: Snapshot): Promise<void> {
  if (hasRows(snapshot)) await withServer(cloud, (client) => copy(cloud, client, snapshot));
}

/**
 * Copies an instance's database for a new snapshot, and keeps the snapshot; nobody else makes one of that name meanwhile.
 *
 * @param check refuses the snapshot by throwing
 * @param keep keeps it, once its rows are there
 */
export async function takeCopy(
  cloud: LocalCloud,
  snapshot: Snapshot,
  check: () => Promise<void>,
  keep: () => Promise<void>,
): Promise<void> {
  await withServer(cloud, async (client) => {
    await check();
    if (hasRows(snapshot)) {
      // What a process left that was killed between the two: its rows are of another moment.
      await client.query(`drop database if exists ${client.escapeIdentifier(copyName(snapshot))}`);
      await copy(cloud, client, snapshot);
    }
    await keep();
  });
}

/** Drops a snapshot's copy, and the role that owned what is in it if nothing else needs that. Both may be gone already. */
export async function dropCopy(cloud: LocalCloud, snapshot: Snapshot): Promise<void> {
  if (!hasRows(snapshot)) return;
  await withServer(cloud, async (client) => {
    await client.query(`drop database if exists ${client.escapeIdentifier(copyName(snapshot))}`);
    const idle = await client.query("select 1 from pg_roles where rolname = $1 and not rolcanlogin", [
      snapshot.username,
    ]);
    if (idle.rowCount !== 0) await dropRole(client, snapshot.username);
  });
}

/** Drops those copies of an instance's database that belong to none of these snapshots. */
export async function dropOtherCopies(
  cloud: LocalCloud,
  resourceId: string,
  snapshots: readonly Snapshot[],
): Promise<void> {
  const prefix = copyName({ resourceId, identifier: "" }).slice(0, -NAME_DIGITS);
  await withServer(cloud, async (client) => {
    const others = await client.query<{ datname: string }>(
      "select datname from pg_database where starts_with(datname, $1) and datname <> all($2)",
      [prefix, snapshots.map(copyName)],
    );
    for (const { datname } of others.rows) {
      await client.query(`drop database if exists ${client.escapeIdentifier(datname)}`);
    }
  });
}

/** Sizes of snapshots' copies in bytes, by the snapshot's identifier; those without rows are left out. */
export async function copySizes(
  cloud: LocalCloud,
  snapshots: readonly Snapshot[],
): Promise<ReadonlyMap<string, number>> {
  const client = new Client({ ...cloud.postgres, database: "postgres" });
  await client.connect();
  try {
    const found = await client.query<{ name: string; bytes: string }>(
      `select datname as name, pg_database_size(oid) as bytes from pg_database where datname = any($1)`,
      [snapshots.map(copyName)],
    );
    const sizes = new Map(found.rows.map(({ name, bytes }) => [name, Number(bytes)]));
    return new Map(
      snapshots.flatMap((snapshot) => {
        const bytes = sizes.get(copyName(snapshot));
        return bytes === undefined ? [] : [[snapshot.identifier, bytes]];
      }),
    );
  } finally {
    await client.end();
  }
}

async function copy(cloud: LocalCloud, client: Client, snapshot: Snapshot): Promise<void> {
  const name = copyName(snapshot);
  const there = await client.query("select 1 from pg_database where datname = $1", [name]);
  const target = client.escapeIdentifier(name);
  if (there.rowCount === 0) {
    const source = client.escapeIdentifier(snapshot.dbName);
    try {
      await withoutSessions(cloud, snapshot.dbName, () =>
        client.query(`create database ${target} template ${source} allow_connections false`),
      );
    } catch (error) {
      // An instance that never came to have a database leaves a snapshot without rows.
      if (codeOf(error) === NO_DATABASE) return;
      throw error;
    }
  }
  await client.query(`revoke all on database ${target} from public`);
}

/** A database can be copied while nobody is connected to it: ends sessions, and those that come back, until it is. */
async function withoutSessions(
  cloud: LocalCloud,
  database: string,
  action: () => Promise<unknown>,
): Promise<void> {
  const client = new Client({ ...cloud.postgres, database: "postgres" });
  await client.connect();
  let ending = Promise.resolve();
  const end = (): void => {
    ending = ending
      .then(async () => {
        await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
          database,
        ]);
      })
      .catch(() => undefined);
  };
  end();
  await ending;
  const timer = setInterval(end, SESSIONS_MS);
  try {
    await action();
  } finally {
    clearInterval(timer);
    await ending;
    await client.end();
  }
}
