import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { Client } from "pg";

/**
 * A worker's sign of life: a lock that its session on the registry's database holds. PostgreSQL gives it up the moment that
 * the session ends, whatever way the worker went; no clock has to run out.
 */
export class Lease {
  private constructor(
    private readonly client: Client,
    /** Id of the worker, `<host>:<process>:<random>`. */
    readonly worker: string,
  ) {}

  /**
   * Takes a lease for this process.
   *
   * @param onLost called once where the session is lost: what this worker does may then be taken up by another
   */
  static async take(url: string, onLost: (error: Error | undefined) => void): Promise<Lease> {
    const worker = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
    const client = new Client({ connectionString: url, application_name: "tenantry-lease", keepAlive: true });
    let lost = false;
    const tell = (error: Error | undefined): void => {
      if (!lost) onLost(error);
      lost = true;
    };
    client.on("error", tell);
    client.on("end", () => tell(undefined));
    await client.connect();
    await client.query("select pg_advisory_lock(hashtextextended($1, 0))", [lockName(worker)]);
    await client.query("insert into tenantry.workers (id, host) values ($1, $2)", [worker, hostname()]);
    return new Lease(client, worker);
  }

  /** Whether a worker is gone. */
  async isGone(worker: string): Promise<boolean> {
    return (await this.whileGone(worker, () => Promise.resolve(true))) ?? false;
  }

  /** Whether a host had workers and all of them are gone; false for a host that never had one, such as a laptop. */
  async isHostGone(host: string): Promise<boolean> {
    const { rows } = await this.client.query<{ id: string }>(
      "select id from tenantry.workers where host = $1",
      [host],
    );
    if (rows.length === 0) return false;
    for (const { id } of rows) {
      if (id === this.worker || !(await this.isGone(id))) return false;
    }
    return true;
  }

  /**
   * Does something in the place of a worker that is gone, while nobody else can.
   *
   * @returns undefined where the worker lives, or another is at it
   */
  async whileGone<T>(worker: string, work: () => Promise<T>): Promise<T | undefined> {
    if (worker === this.worker) return undefined;
    const { rows } = await this.client.query<{ taken: boolean }>(
      "select pg_try_advisory_lock(hashtextextended($1, 0)) as taken",
      [lockName(worker)],
    );
    if (rows[0]?.taken !== true) return undefined;
    try {
      return await work();
    } finally {
      await this.client.query("select pg_advisory_unlock(hashtextextended($1, 0))", [lockName(worker)]);
    }
  }

  /** Gives the lease up. */
  async release(): Promise<void> {
    this.client.removeAllListeners("end");
    this.client.on("error", () => undefined);
    await this.client.end();
  }
}

function lockName(worker: string): string {
  return `tenantry-worker:${worker}`;
}
