import { expect } from "chai";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, waitForExit } from "../processes";
import { KubernetesStartError, runningKubernetes, startKubernetes, supervisorOf } from "./index";
import { TestCluster } from "./testing";

describe("the local Kubernetes as a daemon", function () {
  this.timeout(120_000);

  let cluster: TestCluster;
  before(() => {
    cluster = new TestCluster();
  });
  after(() => cluster.remove());

  it("is left alone when it is started again", async () => {
    await cluster.start();
    const { pid, ...access } = cluster.running();
    expect(await cluster.start()).to.deep.equal(access);
    expect(cluster.running().pid).to.equal(pid);
  });

  it("refuses a second supervisor on its folder", async () => {
    await cluster.start();
    const { code, stderr } = await serve(cluster);
    expect(code).to.equal(3);
    expect(stderr).to.equal(
      `tenantry-kubernetes: a cluster is running already on ${cluster.directory}; stop it first\n`,
    );
  });

  it("is taken up where it was, when it was killed", async () => {
    const access = await cluster.start();
    await cluster.kubectl.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "kept", namespace: "default" },
      data: { answer: "42" },
    });
    const { pid } = cluster.running();
    const children = [...cluster.components().values()];
    expect(children).to.have.length(4);
    process.kill(pid, "SIGKILL");
    // A kill takes a moment; until then it runs, and a start would leave it alone.
    expect(await waitForExit(pid, 5_000)).to.equal(true);
    expect(await cluster.start()).to.deep.equal(access);
    expect(children.filter(isAlive)).to.deep.equal([]);
    expect(await cluster.kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.answer}")).to.equal("42");
  });

  it("ends whole when one of its components dies, and says which", async () => {
    await cluster.start();
    const { pid } = cluster.running();
    process.kill(cluster.components().get("kube-scheduler") ?? 0, "SIGKILL");
    expect(await waitForExit(pid, 20_000)).to.equal(true);
    expect(runningKubernetes(cluster.directory)).to.equal(undefined);
    expect(readFileSync(path.join(cluster.directory, "serve.log"), "utf8")).to.include(
      "tenantry-kubernetes: kube-scheduler ended (signal: killed)",
    );
  });

  it("stops cleanly, and only once", async () => {
    await cluster.start();
    const { pid } = cluster.running();
    const children = [...cluster.components().values()];
    expect(await cluster.stop()).to.equal(true);
    expect([pid, ...children].filter(isAlive)).to.deep.equal([]);
    expect(existsSync(path.join(cluster.directory, "ready.json"))).to.equal(false);
    expect(await cluster.stop()).to.equal(false);
  });

  it("names the port that another process has taken", async () => {
    await cluster.stop();
    const port = Number(readFileSync(path.join(cluster.directory, "port"), "utf8"));
    const squatter = createServer().listen(port, "127.0.0.1");
    try {
      const error: unknown = await cluster.start().catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(KubernetesStartError);
      expect(String(error)).to.equal(
        `KubernetesStartError: Kubernetes could not be started: port ${port} is taken by another process; it is ` +
          "this cluster's, whose address is in kubeconfigs and states: stop that process and start again, or " +
          `delete ${cluster.directory} to begin anew on a free port`,
      );
    } finally {
      squatter.close();
    }
  });

  it("leaves nothing behind when its start is interrupted", async () => {
    await cluster.stop();
    const interrupted = new AbortController();
    const started = cluster.start(interrupted.signal).catch((error: unknown) => error);
    while (supervisorOf(cluster.directory) === undefined) {
      await sleep(20);
    }
    const pid = supervisorOf(cluster.directory) ?? 0;
    const reason = new Error("Interrupted.");
    interrupted.abort(reason);
    expect(await started).to.equal(reason);
    expect(isAlive(pid)).to.equal(false);
  });

  it("is waited for when another process is starting it", async () => {
    await cluster.stop();
    const [first, second] = await Promise.all([cluster.start(), cluster.start()]);
    expect(first).to.deep.equal(second);
  });

  it("says so when its program is missing", async () => {
    await cluster.stop();
    const error: unknown = await startKubernetes({ binary: "/nowhere", directory: cluster.directory }).catch(
      (caught: unknown) => caught,
    );
    expect(String(error)).to.equal(
      "KubernetesStartError: Kubernetes could not be started: /nowhere cannot be run (spawn /nowhere ENOENT).",
    );
  });
});

/** Runs the program as a stranger would. */
function serve({ binary, directory }: TestCluster) {
  return new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(binary, ["serve", "--data-dir", directory], (error, _stdout, stderr) =>
      resolve({ code: error?.code, stderr }),
    );
  });
}
