import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "./lock";

describe("a lock", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tenantry-lock-"));
    file = path.join(folder, "lock");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("lets one in at a time, and tells the others who is in", async () => {
    const events: string[] = [];
    const holders: number[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} in`);
      await sleep(150);
      events.push(`${name} out`);
    };
    const onWait = (holder: number) => holders.push(holder);
    await Promise.all([withLock(file, work("a"), { onWait }), withLock(file, work("b"), { onWait })]);
    expect(events).to.deep.equal(["a in", "a out", "b in", "b out"]);
    expect(holders).to.deep.equal([process.pid]);
  });

  it("is free again after a failure", async () => {
    const error = await withLock(file, () => Promise.reject(new Error("no"))).catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).to.equal("Error: no");
    expect(existsSync(file)).to.equal(false);
  });

  it("is taken over from a process that is gone", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(file, String(pid));
    expect(await withLock(file, () => Promise.resolve("in"))).to.equal("in");
  });

  it("stops waiting when it is told to", async () => {
    writeFileSync(file, String(process.pid));
    const abort = AbortSignal.timeout(100);
    const error = await withLock(file, () => Promise.resolve("in"), { signal: abort }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(Error);
    expect(existsSync(file)).to.equal(true);
  });
});
