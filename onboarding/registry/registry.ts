import { Kysely, PostgresDialect } from "kysely";
import { Pool, type PoolConfig } from "pg";
import { alone } from "./alone";
import { Audit } from "./audit";
import { CallSlots } from "./call-slots";
import { Cells } from "./cells";
import { Deliveries } from "./deliveries";
import { Events } from "./events";
import { type Answer, type Idempotency, once } from "./idempotency";
import { migrate } from "./migrations";
import { Operations } from "./operations";
import type { Database } from "./schema";
import { Seal } from "./seal";
import { Sinks } from "./sinks";
import { withoutSilentConnections } from "./silence";
import { Tenants } from "./tenants";
import { type Tidied, tidy } from "./tidy";
import { type Tx, withTransaction } from "./transaction";
import { Webhooks } from "./webhooks";

/** What a registry needs. */
export interface RegistryOptions {
  /** URL of its PostgreSQL database. */
  readonly url: string;
  /** Key that seals webhooks' secrets: 32 bytes, base64. */
  readonly key: string;
  /** Connections at most. Default 10. */
  readonly connections?: number;
  /**
   * How long a statement, or a wait for a lock, may take, in milliseconds; a connection that does not answer by then is
   * closed. Default: as long as it takes, as a worker has nobody waiting.
   */
  readonly patienceMs?: number;
}

/** The server's own limits come first, so that it ends what nobody waits for; the client's is for a server that is silent. */
function timeoutsOf(patienceMs: number | undefined): PoolConfig {
  if (patienceMs === undefined) return {};
  return {
    statement_timeout: patienceMs,
    lock_timeout: patienceMs,
    query_timeout: patienceMs + SILENCE_MS,
  };
}

/** How much longer than a statement may take a connection may be silent, in milliseconds. */
const SILENCE_MS = 2_000;

/** Everything the service knows, in one PostgreSQL database. */
export class Registry {
  readonly tenants: Tenants;
  readonly operations: Operations;
  readonly events: Events;
  readonly audit: Audit;
  readonly webhooks: Webhooks;
  readonly deliveries: Deliveries;
  readonly cells: Cells;
  readonly sinks: Sinks;
  readonly callSlots: CallSlots;

  private constructor(
    /** Connections to the database, for who writes into it by other means. */
    readonly pool: Pool,
    readonly db: Kysely<Database>,
    seal: Seal,
  ) {
    this.tenants = new Tenants(db);
    this.operations = new Operations(db);
    this.events = new Events(db);
    this.audit = new Audit(db);
    this.webhooks = new Webhooks(db, seal, (work) => this.transaction(work));
    this.deliveries = new Deliveries(db, seal);
    this.cells = new Cells(db);
    this.callSlots = new CallSlots(db);
    this.sinks = new Sinks((work) => this.transaction(work));
  }

  /** Connects, and brings the tables up to date. */
  static async open({ url, key, connections = 10, patienceMs }: RegistryOptions): Promise<Registry> {
    const seal = new Seal(key);
    const shared = { connectionString: url, application_name: "tenantry", connectionTimeoutMillis: 5000 };
    const pool = new Pool({
      ...shared,
      ...timeoutsOf(patienceMs),
      max: connections,
      keepAlive: true,
    });
    // may take as long as it takes, for another process may be at it
    const migrator = new Pool({ ...shared, max: 1 });
    // An idle connection that the server ends is replaced by the next request; without a listener it would end the process.
    pool.on("error", () => undefined);
    migrator.on("error", () => undefined);
    try {
      await migrate(migrator);
    } catch (error) {
      await pool.end();
      throw error;
    } finally {
      await migrator.end();
    }
    const dialect = new PostgresDialect({ pool: withoutSilentConnections(pool) });
    return new Registry(pool, new Kysely<Database>({ dialect }), seal);
  }

  /** Runs `work` in one transaction. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return withTransaction(this.pool, work);
  }

  /**
   * Runs `work`, which may take long, while no other process runs any of that name.
   *
   * @returns undefined where another process is at it
   */
  alone<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    return alone(this.pool, name, work);
  }

  /**
   * Runs `work` in one transaction, once for an Idempotency-Key.
   *
   * @throws ProblemError `idempotency-key-reused`
   */
  once<T>(
    idempotency: Idempotency | undefined,
    work: (tx: Tx) => Promise<{ status: number; body: T }>,
  ): Promise<Answer> {
    return this.transaction((tx) => once(tx, idempotency, () => work(tx)));
  }

  /** Deletes what is old by `RETENTION_DAYS`. */
  tidy(now: Date): Promise<Tidied> {
    return tidy(this.db, now);
  }

  /** Whether the database answers. */
  async ping(): Promise<void> {
    await this.pool.query("select 1");
  }

  /** Gives the connections back. */
  async close(): Promise<void> {
    await this.pool.end();
  }
}
