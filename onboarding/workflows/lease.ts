import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { Client } from "pg";
import { isProcessGone, ownProgram } from "../../tenants/engine";
import { Heartbeat } from "./heartbeat";

/**
 * How long what may take, milliseconds. Each is longer than the one before, so that whoever is cut off from the database has
 * ended, with all that it started, before anybody takes its place: a worker gives up by itself; then its processes of the
 * CLI have a few seconds to end; and only then does the server give its lock up, and another host's worker believe that
 * it is gone.
 */
export const LEASE_TIMES = {
  /** Pause between two heartbeats. */
  heartbeatMs: 3_000,
  /** A worker ends where the last heartbeat that was answered was sent so long ago. */
  giveUpMs: 15_000,
  /** Another host's worker is gone where its last heartbeat came so long ago and its lock is free. */
  goneMs: 30_000,
  /** Rows of workers that were last seen so long ago are deleted; a lock of theirs is then cleared by hand. */
  forgetMs: 7 * 24 * 3600 * 1000,
} as const;

/** Times of a lease; see {@link LEASE_TIMES}. */
export type LeaseTimes = { readonly [Name in keyof typeof LEASE_TIMES]: number };

/** How a lease is taken. */
export interface LeaseOptions {
  /** Name of this host. Default: the system's. */
  readonly host?: string;
  /** Default: {@link LEASE_TIMES}. */
  readonly times?: LeaseTimes;
}

/**
 * A worker's sign of life: a lock that its session on the registry's database holds, and a heartbeat. PostgreSQL gives the
 * lock up the moment that it knows the session to have ended; it may learn that late, and a worker may learn late that its
 * session ended with a server that was replaced. Hence the heartbeat: without an answer the worker ends by itself.
 */
export class Lease {
  private constructor(
    private readonly client: Client,
    private readonly heartbeat: Heartbeat,
    /** Id of the worker, `<host>:<process>:<random>`. */
    readonly worker: string,
    private readonly host: string,
    private readonly times: LeaseTimes,
  ) {}

  /**
   * Takes a lease for this process.
   *
   * @param onLost called once where the session is lost: what this worker does may soon be taken up by another, so that it
   *   must end at once
   */
  static async take(
    url: string,
    onLost: (error: Error | undefined) => void,
    { host = hostname(), times = LEASE_TIMES }: LeaseOptions = {},
  ): Promise<Lease> {
    const worker = `${host}:${process.pid}:${randomUUID().slice(0, 8)}`;
    const client = new Client({
      connectionString: url,
      application_name: "tenantry-lease",
      keepAlive: true,
      connectionTimeoutMillis: times.giveUpMs,
    });
    let lost = false;
    const tell = (error: Error | undefined): void => {
      heartbeat.stop();
      if (!lost) onLost(error);
      lost = true;
    };
    const heartbeat = new Heartbeat(times, () => beat(client, worker), tell);
    client.on("error", tell);
    client.on("end", () => tell(undefined));
    await client.connect();
    // The worker's clock, as in the locks of its host's CLI: the two are compared.
    const startedAt = new Date();
    await client.query(keepalives(times));
    await client.query("select pg_advisory_lock(hashtextextended($1, 0))", [lockName(worker)]);
    await client.query("delete from tenantry.workers where seen_at < now() - $1 * interval '1 ms'", [
      times.forgetMs,
    ]);
    const sent = performance.now();
    await client.query("insert into tenantry.workers (id, host, started_at) values ($1, $2, $3)", [
      worker,
      host,
      startedAt,
    ]);
    heartbeat.start(sent);
    return new Lease(client, heartbeat, worker, host, times);
  }

  /** Whether a worker is gone, and what it was at can be taken up. */
  async isGone(worker: string): Promise<boolean> {
    return (await this.whileGone(worker, () => Promise.resolve(true))) ?? false;
  }

  /**
   * Whether a host had workers when it took a stack's lock, and all of them are gone with the processes they had started;
   * false for a host that had none, such as a laptop.
   *
   * @param since when the lock was taken, by that host's clock, to the second
   */
  async isHostGone(host: string, since: Date): Promise<boolean> {
    const { rows } = await this.client.query<{ id: string; silent: boolean }>(
      `select id, seen_at < now() - $3 * interval '1 ms' as silent
       from tenantry.workers where host = $1 and started_at < $2::timestamptz + interval '1 s'`,
      [host, since, this.times.goneMs],
    );
    if (rows.length === 0) return false;
    for (const { id, silent } of rows) {
      // A worker that ended in good order may have left the CLI to itself a moment ago; this host's processes can be asked.
      if (!silent && host !== this.host) return false;
      if (!(await this.isGone(id))) return false;
    }
    return true;
  }

  /**
   * Does something in the place of a worker that is gone, while nobody else can.
   *
   * @returns undefined where the worker lives, may live, or another is at it
   */
  async whileGone<T>(worker: string, work: () => Promise<T>): Promise<T | undefined> {
    if (worker === this.worker) return undefined;
    const { rows } = await this.client.query<{ taken: boolean }>(
      "select pg_try_advisory_lock(hashtextextended($1, 0)) as taken",
      [lockName(worker)],
    );
    if (rows[0]?.taken !== true) return undefined;
    try {
      return (await this.hasEnded(worker)) ? await work() : undefined;
    } finally {
      await this.client.query("select pg_advisory_unlock(hashtextextended($1, 0))", [lockName(worker)]);
    }
  }

  /** Gives the lease up. */
  async release(): Promise<void> {
    try {
      await this.client.query("update tenantry.workers set ended_at = now() where id = $1", [this.worker]);
    } catch {
      // The session is lost: there is nothing to give up.
    }
    this.heartbeat.stop();
    this.client.removeAllListeners("end");
    this.client.on("error", () => undefined);
    await this.client.end();
  }

  /** Whether a worker whose lock is free has ended: its session alone may be what ended. */
  private async hasEnded(worker: string): Promise<boolean> {
    const { rows } = await this.client.query<{ host: string; ended: boolean }>(
      `select host, ended_at is not null or seen_at < now() - $2 * interval '1 ms' as ended
       from tenantry.workers where id = $1`,
      [worker, this.times.goneMs],
    );
    const [row] = rows;
    if (row === undefined || row.ended) return true;
    if (row.host !== this.host) return false;
    const pid = Number(worker.split(":").at(-2));
    // A container that was started anew has its host's name, and often its process's id.
    return pid === process.pid || isProcessGone(pid, ownProgram());
  }
}

async function beat(client: Client, worker: string): Promise<void> {
  const { rowCount } = await client.query("update tenantry.workers set seen_at = now() where id = $1", [
    worker,
  ]);
  if (rowCount !== 1) throw new Error(`the registry no longer knows worker '${worker}'`);
}

/** What makes the server end the session of a host that is gone: after the worker gave up, and not hours later. */
export function keepalives({ giveUpMs, goneMs }: LeaseTimes): string {
  const probes = 3;
  const idle = Math.ceil(giveUpMs / 1000);
  const interval = Math.ceil((goneMs - giveUpMs) / 1000 / probes);
  return (
    `set tcp_keepalives_idle = ${idle}; set tcp_keepalives_interval = ${interval}; ` +
    `set tcp_keepalives_count = ${probes}; set tcp_user_timeout = ${goneMs}`
  );
}

function lockName(worker: string): string {
  return `tenantry-worker:${worker}`;
}
