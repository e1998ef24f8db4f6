import { Kysely, PostgresDialect } from "kysely";
import type { Pool, PoolClient } from "pg";
import type { Database } from "./schema";
import { isSilence } from "./silence";

/** An open transaction: the query builder, and the connection for who writes into the same database by other means. */
export interface Tx {
  readonly db: Kysely<Database>;
  readonly client: PoolClient;
}

/** Runs `work` in one transaction; an error undoes all of it. */
export async function withTransaction<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that dies between two statements tells it here, and the next statement fails.
  const onError = (error: Error): void => void (broken = error);
  client.on("error", onError);
  try {
    await client.query("begin");
    const result = await work({ db: builderOn(client), client });
    await client.query("commit");
    return result;
  } catch (error) {
    // who does not answer does not answer a rollback either; the server undoes it when the connection is closed
    if (isSilence(error)) broken = error;
    else await client.query("rollback").catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}

/** A query builder whose every statement goes over one connection. */
function builderOn(client: PoolClient): Kysely<Database> {
  const connection = { query: client.query.bind(client), release: () => undefined };
  return new Kysely<Database>({
    dialect: new PostgresDialect({
      pool: { connect: () => Promise.resolve(connection), end: () => Promise.resolve() },
    }),
  });
}
