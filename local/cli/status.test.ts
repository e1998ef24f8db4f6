import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { serviceStatus } from "../onboarding";
import { repositoryRoot } from "../paths";
import { SERVE_HINT, statusReport } from "./status";

const UP = {
  instance: "test",
  directory: "/tmp/test",
  postgres: { up: true, pid: 1 },
  kubernetes: { up: true, pid: 2 },
};

describe("the local cloud's status", () => {
  let root: string;
  let processes: ChildProcess[];
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "status-"));
    processes = [];
    mkdirSync(path.join(root, "onboarding"));
  });
  afterEach(async () => {
    await Promise.all(processes.map(end));
    rmSync(root, { recursive: true });
  });

  const end = async (process: ChildProcess): Promise<void> => {
    if (process.exitCode !== null || process.signalCode !== null) return;
    process.kill("SIGKILL");
    await once(process, "exit");
  };
  /** A process that looks as the service's does. */
  const started = (role: string): ChildProcess => {
    const main = path.join(repositoryRoot, "local", "onboarding", "main.ts");
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)", main, "test", role], {
      stdio: "ignore",
    });
    processes.push(child);
    writeFileSync(path.join(root, "onboarding", `${role}.pid`), String(child.pid));
    writeFileSync(path.join(root, "onboarding", "port"), "8700");
    return child;
  };
  const report = () => statusReport(UP, serviceStatus(root));

  it("has the API and the worker, with their processes", () => {
    const [api, worker] = [started("api"), started("worker")];
    const { text, document, isUp } = report();
    expect(text).to.include(`API         up    http://127.0.0.1:8700 (process ${api.pid})\n`);
    expect(text).to.include(`worker      up    (process ${worker.pid})\n`);
    expect(text).not.to.include(SERVE_HINT);
    expect(document).to.deep.include({
      api: { up: true, pid: api.pid, url: "http://127.0.0.1:8700" },
      worker: { up: true, pid: worker.pid },
    });
    expect(isUp).to.equal(true);
  });

  it("says that the service is down, and what starts it", async () => {
    await Promise.all([end(started("api")), end(started("worker"))]);
    const { text, isUp } = report();
    expect(text).to.match(/^API +down\nworker +down\n/m);
    expect(text).to.include(SERVE_HINT);
    expect(isUp).to.equal(false);
  });

  it("is not up where only the worker is gone", async () => {
    started("api");
    await end(started("worker"));
    expect(report().isUp).to.equal(false);
  });

  it("misses no service that was never started", () => {
    const { text, isUp } = report();
    expect(text).to.match(/^API +down$/m);
    expect(isUp).to.equal(true);
  });
});
