import { Client, DatabaseError } from "pg";
import { ProblemError } from "../lifecycle";
import type { CloudAccount, DatabaseCredentials } from "../account/account";
import type { TenantFacts } from "../registry";

/** How databases are connected to. */
export interface DatabaseTls {
  /** PEM certificates of the authorities that sign RDS's certificates; `false` connects without TLS, for the local cloud. */
  readonly ca: string | false;
}

/** Where a tenant's database is. */
export type DatabaseFacts = NonNullable<TenantFacts["database"]>;

/** How long a connection may take, milliseconds. */
const CONNECT_TIMEOUT_MS = 5000;

/** How long a statement of a probe may take, milliseconds. */
const STATEMENT_TIMEOUT_MS = 600_000;

/** Connects to tenants' databases. */
export class TenantDatabases {
  constructor(
    private readonly account: Pick<CloudAccount, "credentials">,
    private readonly tls: DatabaseTls,
  ) {}

  /** Runs `work` on a connection to a tenant's database, as the user whose secret its stack names. */
  async within<T>(facts: DatabaseFacts, work: (client: Client) => Promise<T>): Promise<T> {
    return this.as(facts, await this.account.credentials(facts.secretArn), work);
  }

  /**
   * Runs `work` on a connection as somebody.
   *
   * @throws ProblemError `database-unavailable` where the server does not answer, and the driver's error where it refuses
   */
  async as<T>(
    { endpoint, port, name }: Pick<DatabaseFacts, "endpoint" | "port" | "name">,
    { username, password }: DatabaseCredentials,
    work: (client: Client) => Promise<T>,
  ): Promise<T> {
    const client = new Client({
      host: endpoint,
      port,
      database: name,
      user: username,
      password,
      application_name: "tenantry-onboarding",
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      ssl: this.tls.ca === false ? false : { ca: this.tls.ca, rejectUnauthorized: true },
    });
    client.on("error", () => undefined);
    try {
      await client.connect();
    } catch (error) {
      await client.end().catch(() => undefined);
      // What PostgreSQL itself says is an answer; anything else is that there was none.
      if (error instanceof DatabaseError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new ProblemError(
        {
          type: "database-unavailable",
          detail: `database '${name}' at ${endpoint}:${port} does not answer: ${reason}`,
        },
        { cause: error },
      );
    }
    try {
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
