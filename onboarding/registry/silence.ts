import type { PostgresPool } from "kysely";
import type { Pool } from "pg";

/** Whether a statement's connection did not answer in time: it may be busy with it for ever, and is of no more use. */
export function isSilence(error: unknown): error is Error {
  return error instanceof Error && error.message === "Query read timeout";
}

/** A pool that closes a connection that did not answer, where the query builder would give it back for the next to wait on. */
export function withoutSilentConnections(pool: Pool): PostgresPool {
  return {
    connect: async () => {
      const client = await pool.connect();
      let silent: Error | undefined;
      const query = new Proxy(client.query.bind(client), {
        apply: (target, _, args: unknown[]): unknown => {
          const answer: unknown = Reflect.apply(target, client, args);
          if (answer instanceof Promise) {
            answer.catch((error: unknown) => (silent = isSilence(error) ? error : silent));
          }
          return answer;
        },
      });
      return { query, release: () => client.release(silent) };
    },
    end: () => pool.end(),
  };
}
