import { Pool, type PoolClient, type QueryResult, type QueryResultRow } from "pg";
import { ensurePrivateDatabase, isYetToBeMade } from "../../postgres/private-database";
import { ACCOUNT_LOCK, migrate } from "./schema";

/** Where the embedded Postgres listens and its superuser. */
export interface PostgresAddress {
  host: string;
  port: number;
  user: string;
  password: string;
}

/** The database that holds the account state. */
export const ACCOUNT_DATABASE = "account";

/** Connections a process keeps: many plugin processes share one server. */
const POOL_SIZE = 3;

/** Access to the account state. Connects, and brings the schema up to date, when first used. */
export class AccountConnection {
  private pool: Promise<Pool> | undefined;

  constructor(
    readonly address: PostgresAddress,
    private readonly database = ACCOUNT_DATABASE,
  ) {}

  /** Runs one statement. */
  async query<Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<QueryResult<Row>> {
    return (await this.open()).query<Row>(text, [...values]);
  }

  /** Runs a write under the account's lock; all of it happens, or, when it throws or the process dies, nothing. */
  async write<T>(action: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await (await this.open()).connect();
    try {
      await client.query(`begin; select pg_advisory_xact_lock(${ACCOUNT_LOCK})`);
      const result = await action(client);
      await client.query("commit");
      client.release();
      return result;
    } catch (error) {
      await client.query("rollback").then(
        () => client.release(),
        (broken: unknown) => client.release(broken instanceof Error ? broken : true),
      );
      throw error;
    }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    const pool = this.pool;
    this.pool = undefined;
    if (pool !== undefined) await (await pool).end();
  }

  private open(): Promise<Pool> {
    this.pool ??= this.connect().catch((error: unknown) => {
      this.pool = undefined;
      throw this.explained(error);
    });
    return this.pool;
  }

  private async connect(): Promise<Pool> {
    const pool = this.poolOf(this.database, POOL_SIZE);
    try {
      await withClient(pool, migrate);
    } catch (error) {
      if (!isYetToBeMade(error)) {
        await pool.end();
        throw error;
      }
      await this.createDatabase();
      await withClient(pool, migrate);
    }
    return pool;
  }

  private async createDatabase(): Promise<void> {
    const pool = this.poolOf("postgres", 1);
    try {
      await withClient(pool, async (client) => {
        await client.query("select pg_advisory_lock($1)", [ACCOUNT_LOCK]);
        await ensurePrivateDatabase(client, { name: this.database });
        await client.query("select pg_advisory_unlock($1)", [ACCOUNT_LOCK]);
      });
    } finally {
      await pool.end();
    }
  }

  private poolOf(database: string, max: number): Pool {
    const pool = new Pool({
      ...this.address,
      database,
      max,
      idleTimeoutMillis: 10_000,
      allowExitOnIdle: true,
    });
    // A server that goes away ends idle connections; the next use reports it.
    pool.on("error", () => undefined);
    return pool;
  }

  private explained(error: unknown): Error {
    const reason = error instanceof Error ? error.message || String(codeOf(error)) : String(error);
    return new Error(
      `The local cloud's account state can't be reached at ${this.address.host}:${this.address.port} (${reason}). Is the local cloud up? Start it with: npm run local -- up`,
      { cause: error },
    );
  }
}

async function withClient(pool: Pool, action: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await action(client);
  } finally {
    client.release();
  }
}

/** The SQLSTATE or system code of an error, if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
