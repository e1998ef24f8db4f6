import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { LEASE_TIMES, Lease, type LeaseTimes, keepalives } from "../../onboarding/workflows/lease";
import { MutingProxy } from "./muting-proxy";
import { RegistryWorld } from "./registry-world";

const TIMES: LeaseTimes = { heartbeatMs: 40, giveUpMs: 400, goneMs: 1_200, forgetMs: 60_000 };
const ELSEWHERE = { host: "elsewhere", times: TIMES };
const HERE = { times: TIMES };
const DONE = () => Promise.resolve("done");

describe("a worker's lease, on a real PostgreSQL", () => {
  const world = new RegistryWorld();
  const taken: Lease[] = [];

  before(() => world.begin());
  beforeEach(() => world.fresh());
  afterEach(async () => {
    await Promise.allSettled(taken.splice(0).map((lease) => lease.release()));
  });
  after(() => world.end());

  async function take(
    options: Parameters<typeof Lease.take>[2] = HERE,
    onLost: Parameters<typeof Lease.take>[1] = () => undefined,
    url = world.url,
  ): Promise<Lease> {
    const lease = await Lease.take(url, onLost, options);
    taken.push(lease);
    return lease;
  }

  /** Has the server end sessions of leases, as one that is replaced: nobody's lock is held any more. */
  async function endSessions({ worker }: Lease): Promise<void> {
    await world.registry.pool.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
       and (classid::bigint << 32 | objid::bigint) = hashtextextended('tenantry-worker:' || $1, 0)`,
      [worker],
    );
  }

  /** Has a worker last seen so long ago, milliseconds. */
  async function silence({ worker }: Lease, ms: number): Promise<void> {
    await world.registry.pool.query(
      "update tenantry.workers set seen_at = now() - $2 * interval '1 ms' where id = $1",
      [worker, ms],
    );
  }

  const rowsOf = async () =>
    (await world.registry.pool.query<{ id: string }>("select id from tenantry.workers")).rows.map(
      ({ id }) => id,
    );

  it("is held for as long as its session lives, and given up at once in good order", async () => {
    const one = await take(ELSEWHERE);
    const other = await take();
    expect(await other.isGone(one.worker)).to.equal(false);
    await one.release();
    expect(await other.isGone(one.worker)).to.equal(true);
  });

  it("is taken over by one worker at a time", async () => {
    const [dead, one, other] = [await take(), await take(), await take()];
    await dead.release();
    const pause = () => sleep(100, "done");
    const ends = await Promise.all([one, other].map((lease) => lease.whileGone(dead.worker, pause)));
    expect(ends.filter((end) => end === "done")).to.have.length(1);
  });

  it("goes on over many heartbeats", async () => {
    const lost: unknown[] = [];
    const one = await take(ELSEWHERE, (error) => lost.push(error));
    const other = await take();
    await sleep(TIMES.giveUpMs * 2);
    expect(lost).to.deep.equal([]);
    expect(await other.isGone(one.worker)).to.equal(false);
    const { rows } = await world.registry.pool.query<{ fresh: boolean }>(
      "select now() - seen_at < interval '300 ms' as fresh from tenantry.workers where id = $1",
      [one.worker],
    );
    expect(rows).to.deep.equal([{ fresh: true }]);
  });

  it("tells at once, and once, that its session has ended", async () => {
    let told = 0;
    const lease = await take(HERE, () => (told += 1));
    await endSessions(lease);
    await sleep(100);
    expect(told).to.equal(1);
    await sleep(TIMES.giveUpMs * 2);
    expect(told).to.equal(1);
  });

  it("tells that its worker was struck off", async () => {
    const told = new Promise<Error | undefined>((resolve) => void take(HERE, resolve));
    while ((await rowsOf()).length === 0) await sleep(10);
    await world.registry.pool.query("delete from tenantry.workers");
    expect((await told)?.message).to.match(/no heartbeat was answered for 0\.4 s: .*no longer knows worker/);
  });

  it("of a worker that is cut off without a word is lost to it before it is to the others", async () => {
    const proxy = await MutingProxy.open(world.cloud.postgres.port);
    try {
      const url = new URL(world.url);
      url.host = `127.0.0.1:${proxy.port}`;
      let lost: { after: number; why: string } | undefined;
      let muted = 0;
      const tell = (error: Error | undefined): void => {
        lost = { after: performance.now() - muted, why: error?.message ?? "" };
      };
      const one = await Lease.take(url.href, tell, ELSEWHERE);
      const other = await take();
      await sleep(TIMES.heartbeatMs * 3);
      proxy.mute();
      muted = performance.now();
      while (lost === undefined) {
        expect(performance.now() - muted, "milliseconds that it went on").to.be.lessThan(TIMES.goneMs);
        await sleep(10);
      }
      expect(lost.why).to.contain("no heartbeat was answered for 0.4 s");
      // From the last heartbeat that was answered, which on a busy machine is some time ago; and never as late as others begin.
      expect(lost.after).to.be.within(TIMES.giveUpMs / 2, TIMES.goneMs);
      // A new server knows none of the old one's locks.
      await endSessions(one);
      expect(await other.whileGone(one.worker, DONE)).to.equal(undefined);
      expect(await other.isHostGone("elsewhere", new Date())).to.equal(false);
      while (performance.now() - muted < TIMES.goneMs + 200) await sleep(20);
      expect(await other.whileGone(one.worker, DONE)).to.equal("done");
      expect(await other.isHostGone("elsewhere", new Date())).to.equal(true);
    } finally {
      await proxy.close();
    }
  });

  it("of a silent worker is its own for as long as its session is", async () => {
    const proxy = await MutingProxy.open(world.cloud.postgres.port);
    try {
      const url = new URL(world.url);
      url.host = `127.0.0.1:${proxy.port}`;
      const one = await Lease.take(url.href, () => undefined, ELSEWHERE);
      const other = await take();
      proxy.mute();
      await silence(one, TIMES.goneMs * 2);
      expect(await other.isGone(one.worker)).to.equal(false);
    } finally {
      await proxy.close();
    }
  });

  it("has the server end a dead host's session once the worker itself must have ended", async () => {
    const shown = async (name: string): Promise<number> => {
      const { rows } = await client.query<{ value: number }>(
        "select setting::int as value from pg_settings where name = $1",
        [name],
      );
      return rows[0]?.value ?? NaN;
    };
    const client = await world.registry.pool.connect();
    try {
      await client.query(keepalives(LEASE_TIMES));
      const probing = (await shown("tcp_keepalives_interval")) * (await shown("tcp_keepalives_count"));
      expect(await shown("tcp_keepalives_idle")).to.equal(LEASE_TIMES.giveUpMs / 1000);
      expect(probing).to.equal((LEASE_TIMES.goneMs - LEASE_TIMES.giveUpMs) / 1000);
      expect(await shown("tcp_user_timeout")).to.equal(LEASE_TIMES.goneMs);
    } finally {
      client.release(true);
    }
  });

  it("of a process of this host that was killed is free at once", async () => {
    const one = await take({ ...HERE, times: { ...TIMES, goneMs: 60_000 } });
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    await once(child, "spawn");
    const worker = `${hostname()}:${child.pid}:0a1b2c3d`;
    await world.registry.pool.query("insert into tenantry.workers (id, host) values ($1, $2)", [
      worker,
      hostname(),
    ]);
    expect(await one.isGone(worker)).to.equal(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await one.isGone(worker)).to.equal(true);
  });

  it("knows no host that never had a worker, such as a laptop", async () => {
    const lease = await take();
    expect(await lease.isHostGone("laptop", new Date())).to.equal(false);
  });

  it("tells a container that was started anew from the one whose lock is left", async () => {
    const since = new Date();
    const dead = await take(ELSEWHERE);
    const lease = await take();
    await dead.release();
    await sleep(1_100);
    await take(ELSEWHERE);
    await silence(dead, TIMES.goneMs * 2);
    expect(await lease.isHostGone("elsewhere", since), "the lock of the dead").to.equal(true);
    expect(await lease.isHostGone("elsewhere", new Date()), "the lock of the living").to.equal(false);
  });

  it("leaves the lock of a host whose worker has only just ended", async () => {
    const ended = await take(ELSEWHERE);
    const lease = await take();
    await ended.release();
    expect(await lease.isGone(ended.worker)).to.equal(true);
    expect(await lease.isHostGone("elsewhere", new Date())).to.equal(false);
    await silence(ended, TIMES.goneMs * 2);
    expect(await lease.isHostGone("elsewhere", new Date())).to.equal(true);
  });

  it("strikes off workers that are gone for long", async () => {
    const [old, recent] = [await take(ELSEWHERE), await take(ELSEWHERE)];
    await Promise.all([old.release(), recent.release()]);
    await silence(old, TIMES.forgetMs * 2);
    const lease = await take();
    expect(await rowsOf()).to.have.members([recent.worker, lease.worker]);
    expect(await lease.isGone(old.worker)).to.equal(true);
  });
});
