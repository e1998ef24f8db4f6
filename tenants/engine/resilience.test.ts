import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { ORPHAN_GRACE_MS } from "./cli/guard";
import { Engine } from "./engine";
import { CancelledError, InterruptedError, StackLockedError } from "./errors";
import { Probe, makes } from "./testing/probe";
import { Sandbox, failureOf, until } from "./testing/sandbox";

const PROJECT = "resilience";

/** Two resources, the second after the first; the second takes its time. */
function slow(log: string, delayMs: number) {
  return makes(() => {
    const first = new Probe("first", { label: "first", log });
    new Probe("second", { label: "second", delayMs, log }, { dependsOn: first });
  });
}

describe("an engine under adversity", function () {
  this.timeout(90_000);
  let sandbox: Sandbox;
  let engine: Engine;

  beforeEach(() => {
    sandbox = new Sandbox();
    engine = new Engine({ environment: sandbox.environment });
  });

  afterEach(() => {
    engine.close();
    sandbox.remove();
  });

  const request = (stack: string, delayMs = 0) => ({
    project: PROJECT,
    stack,
    program: slow(sandbox.log, delayMs),
  });

  /** Process id of the CLI that holds a stack's lock. */
  const lockHolder = (stack: string): number => {
    const directory = sandbox.locks(PROJECT, stack);
    const [file = ""] = readdirSync(directory);
    const { pid } = JSON.parse(readFileSync(path.join(directory, file), "utf8")) as { pid: number };
    return pid;
  };

  const secondBegan = () =>
    until("the second resource begins", () => sandbox.lines.includes("begin create second"));

  it("refuses a second up of the same stack in the same process", async () => {
    const first = engine.up(request("twice", 2000));
    await secondBegan();
    const error = await failureOf(engine.up(request("twice")), StackLockedError);
    expect(error.target).to.deep.equal({ project: PROJECT, stack: "twice" });
    expect((await first).changes).to.deep.equal({ create: 3 });
  });

  it("refuses a second up of another engine, and says who is at it", async () => {
    const other = new Engine({ environment: sandbox.environment });
    const first = engine.up(request("shared", 4000));
    await secondBegan();
    const error = await failureOf(other.up(request("shared")), StackLockedError);
    expect(error.holder).to.include({ host: hostname(), pid: lockHolder("shared") });
    expect((await first).changes).to.deep.equal({ create: 3 });
  });

  it("does not take the lock of another host away", async () => {
    await engine.up(request("elsewhere"));
    writeLock(sandbox.locks(PROJECT, "elsewhere"), { pid: 1, hostname: "another-host" });
    const error = await failureOf(engine.up(request("elsewhere")), StackLockedError);
    expect(error.holder).to.include({ host: "another-host", pid: 1, user: "somebody" });
    expect(error.message).to.include("pulumi cancel --stack organization/resilience/elsewhere");
  });

  it("clears the lock of a process of this host that is gone", async () => {
    await engine.up(request("orphaned"));
    writeLock(sandbox.locks(PROJECT, "orphaned"), { pid: 2 ** 22 - 3, hostname: hostname() });
    expect((await engine.up(request("orphaned"))).changed).to.equal(false);
  });

  it("ends in good order when cancelled: what was under way is recorded, and the next up goes on", async () => {
    const controller = new AbortController();
    const running = engine.up({ ...request("cancelled", 1500), signal: controller.signal });
    await secondBegan();
    controller.abort();
    const error = await failureOf(running, CancelledError);
    expect(error.killed).to.equal(false);
    expect(sandbox.checkpoint(PROJECT, "cancelled")).to.not.match(/"pending_operations":\[\{/);
    await engine.up(request("cancelled", 0));
    expect(sandbox.lines.filter((line) => line === "begin create first")).to.have.length(1);
    expect((await engine.preview(request("cancelled"))).changed).to.equal(false);
  });

  it("ends before it begins when cancelled already", async () => {
    const error = await failureOf(
      engine.up({ ...request("never"), signal: AbortSignal.abort() }),
      CancelledError,
    );
    expect(error.target.stack).to.equal("never");
    expect(sandbox.lines).to.deep.equal([]);
  });

  it("kills on the second request and finishes at the next up", async () => {
    const cancel = new AbortController();
    const kill = new AbortController();
    const running = engine.up({
      ...request("killed", 60_000),
      signal: cancel.signal,
      killSignal: kill.signal,
    });
    await secondBegan();
    cancel.abort();
    kill.abort();
    expect((await failureOf(running, CancelledError)).killed).to.equal(true);
    await engine.up(request("killed"));
    expect((await engine.preview(request("killed"))).changed).to.equal(false);
  });

  it("finishes what a CLI began that was killed", async () => {
    const running = engine.up(request("crashed", 60_000));
    await secondBegan();
    process.kill(lockHolder("crashed"), "SIGKILL");
    expect((await failureOf(running, InterruptedError)).how).to.equal("SIGKILL ended pulumi");
    const { changes, recovered } = await engine.up(request("crashed"));
    expect(changes).to.deep.equal({ same: 2, create: 1 });
    expect(recovered).to.deep.equal([
      { urn: "urn:pulumi:crashed::resilience::probe:index:Probe::second", operation: "creating" },
    ]);
    expect(sandbox.checkpoint(PROJECT, "crashed")).to.not.match(/"pending_operations":\[\{/);
    expect((await engine.preview(request("crashed"))).changed).to.equal(false);
  });

  it("has a CLI end soon whose engine was killed alone, with its plugins, and finishes what it began", async () => {
    const child = startInAnotherProcess(sandbox, "orphan");
    await secondBegan();
    const cli = lockHolder("orphan");
    const family = sessionOf(cli);
    expect(family.length, "the CLI and its plugins").to.be.greaterThan(1);
    child.kill("SIGKILL");
    // What is under way would take a minute.
    await until("the CLI and its plugins are gone", () => sessionOf(cli).length === 0, 2 * ORPHAN_GRACE_MS);
    expect((await engine.up(request("orphan"))).changes).to.deep.equal({ same: 2, create: 1 });
    expect((await engine.preview(request("orphan"))).changed).to.equal(false);
  });

  it("leaves no shell behind that watched an engine's CLI", async () => {
    await engine.up(request("watched"));
    await until("the shell is gone", () => !childrenOf(process.pid).includes("sh"), 2_000);
  });

  it("finishes what an engine began that was killed with all it had started", async () => {
    const child = startInAnotherProcess(sandbox, "host-crash");
    await secondBegan();
    const cli = lockHolder("host-crash");
    child.kill("SIGKILL");
    process.kill(cli, "SIGKILL");
    await until("both are gone", () => child.exitCode !== null || child.signalCode !== null);
    const { recovered } = await engine.up(request("host-crash"));
    expect(recovered.map(({ operation }) => operation)).to.deep.equal(["creating"]);
    expect((await engine.preview(request("host-crash"))).changed).to.equal(false);
  });
});

/** Process ids of a session, from /proc; dead ones that only wait for their parent do not count. */
function sessionOf(leader: number): number[] {
  return processes().flatMap(({ pid, state, session }) => (session === leader && state !== "Z" ? [pid] : []));
}

/** Names of a process's children. */
function childrenOf(parent: number): string[] {
  return processes().flatMap((one) => (one.parent === parent && one.state !== "Z" ? [one.name] : []));
}

function processes() {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
        const [, name = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
        const [state = "", parent = "", , session = ""] = rest.split(" ");
        return [{ pid: Number(entry), name, state, parent: Number(parent), session: Number(session) }];
      } catch {
        return [];
      }
    });
}

function writeLock(directory: string, { pid, hostname: host }: { pid: number; hostname: string }): void {
  mkdirSync(directory, { recursive: true });
  const lock = { pid, username: "somebody", hostname: host, timestamp: "2026-01-02T03:04:05Z" };
  writeFileSync(path.join(directory, "0000.json"), JSON.stringify(lock));
}

function startInAnotherProcess(sandbox: Sandbox, stack: string): ChildProcess {
  const program = path.join(__dirname, "testing", "slow-up.ts");
  return spawn(process.execPath, ["--require", "tsx/cjs", program, PROJECT, stack, sandbox.log], {
    cwd: path.resolve(__dirname, "../.."),
    env: { ...sandbox.environment },
    stdio: "ignore",
  });
}
