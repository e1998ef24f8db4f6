import type { Pool } from "pg";

/**
 * Runs `work` while no other process runs any of that name. It may take long: the lock is the session's and holds no
 * transaction open; should the session be lost, another process may begin, so `work` has to bear company.
 *
 * @returns undefined where another process is at it
 */
export async function alone<T>(pool: Pool, name: string, work: () => Promise<T>): Promise<T | undefined> {
  const client = await pool.connect();
  const key = [`tenantry-alone:${name}`];
  let broken: Error | undefined;
  const onError = (error: Error): void => void (broken = error);
  client.on("error", onError);
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      "select pg_try_advisory_lock(hashtextextended($1, 0)) as mine",
      key,
    );
    if (rows[0]?.mine !== true) return undefined;
    try {
      return await work();
    } finally {
      await client
        .query("select pg_advisory_unlock(hashtextextended($1, 0))", key)
        .catch((failure: Error) => (broken = failure));
    }
  } finally {
    client.off("error", onError);
    // A session that may still have the lock is closed rather than given back.
    client.release(broken);
  }
}
