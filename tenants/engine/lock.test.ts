import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { isStale, parseLockHolders, removeLockFile } from "./lock";

const COMPLAINT = `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/organization/tenants/acme/0f3c.json?no_tmp_dir=true: created by root@worker-1 (pid 4711) at 2026-01-02T03:04:05Z
`;

const HOLDER = { url: "", user: "root", host: hostname(), pid: process.pid, since: new Date(0) };

describe("a stack's lock", () => {
  it("is read out of the CLI's complaint", () => {
    expect(parseLockHolders(COMPLAINT)).to.deep.equal([
      {
        url: "file:///state/.pulumi/locks/organization/tenants/acme/0f3c.json?no_tmp_dir=true",
        user: "root",
        host: "worker-1",
        pid: 4711,
        since: new Date("2026-01-02T03:04:05Z"),
      },
    ]);
  });

  it("is known to be a Pulumi service's, which does not say whose", () => {
    const complaint = "error: [409] Conflict: Another update is currently in progress.";
    expect(parseLockHolders(complaint)).to.deep.equal([]);
  });

  it("is not seen in another complaint", () => {
    expect(parseLockHolders("error: no stack named 'acme' found")).to.equal(undefined);
  });

  it("is stale where its process is gone", () => {
    expect(isStale({ ...HOLDER, pid: 2 ** 22 - 3 })).to.equal(true);
  });

  it("is stale where its process id is another program's now", () => {
    expect(isStale(HOLDER)).to.equal(true);
  });

  it("is not stale where its process ran on another host", () => {
    expect(isStale({ ...HOLDER, host: "elsewhere", pid: 2 ** 22 - 3 })).to.equal(false);
  });

  describe("file", () => {
    let directory: string;
    beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), "lock-test-"))));
    afterEach(() => rmSync(directory, { recursive: true }));

    it("is removed, and no other", () => {
      const [mine, others] = [path.join(directory, "mine.json"), path.join(directory, "others.json")];
      for (const file of [mine, others]) writeFileSync(file, "{}");
      expect(removeLockFile({ ...HOLDER, url: `file://${mine}?no_tmp_dir=true` })).to.equal(true);
      expect([existsSync(mine), existsSync(others)]).to.deep.equal([false, true]);
    });

    it("of a bucket is left to the CLI", () => {
      expect(removeLockFile({ ...HOLDER, url: "s3://state/.pulumi/locks/0f3c.json" })).to.equal(false);
    });
  });
});
