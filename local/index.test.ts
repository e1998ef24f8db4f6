import { expect } from "chai";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { LocalCloudError } from "./cloud";
import {
  localCloudEnvironment,
  localCloudStatus,
  resetLocalCloud,
  startLocalCloud,
  stopLocalCloud,
} from "./index";
import { waitForExit } from "./processes";

describe("the local cloud", function () {
  this.timeout(120_000);

  let directory: string;
  const options = () => ({ instance: "t", directory });
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), "tenantry-cloud-"));
  });
  after(async () => {
    await resetLocalCloud(options());
    rmSync(directory, { recursive: true, force: true });
  });

  const pids = () => {
    const { postgres, kubernetes } = localCloudStatus(options());
    return [postgres.pid, kubernetes.pid];
  };
  const kubectl = async (...args: string[]) => {
    const { cloud, bin } = localCloudEnvironment(options());
    const all = ["--kubeconfig", cloud.kubernetes.kubeconfig, ...args];
    return (await promisify(execFile)(path.join(bin, "kubectl"), all)).stdout;
  };

  it("says that it is not up before it was started", () => {
    expect(() => localCloudEnvironment(options())).to.throw(LocalCloudError, "npm run local -- up");
    expect(pids()).to.deep.equal([undefined, undefined]);
    expect(existsSync(path.join(directory, "t"))).to.equal(false);
  });

  it("comes up once when it is started twice at the same time", async () => {
    const [first, second] = await Promise.all([startLocalCloud(options()), startLocalCloud(options())]);
    expect(second).to.deep.equal(first);
    expect(pids()).to.not.include(undefined);
    expect(await kubectl("auth", "whoami", "-o", "jsonpath={.status.userInfo.groups}")).to.contain(
      "system:masters",
    );
  });

  it("is left alone when it runs", async () => {
    const before = pids();
    const said: string[] = [];
    await startLocalCloud({ ...options(), onProgress: (message) => said.push(message) });
    expect(pids()).to.deep.equal(before);
    expect(said.filter((message) => message.startsWith("starting"))).to.deep.equal([]);
  });

  it("comes up with its data where it was after all of it was killed", async () => {
    await kubectl("create", "namespace", "kept");
    const before = localCloudEnvironment(options());
    for (const pid of pids()) {
      process.kill(pid ?? 0, "SIGKILL");
      await waitForExit(pid ?? 0, 5_000);
    }
    expect(localCloudStatus(options())).to.deep.include({
      postgres: { up: false, pid: undefined },
      kubernetes: { up: false, pid: undefined },
    });
    const { cloud } = await startLocalCloud(options());
    expect(cloud).to.deep.equal(before.cloud);
    expect(await kubectl("get", "namespace", "kept", "-o", "name")).to.equal("namespace/kept\n");
  });

  it("names the port that another program took, and comes up when it is free again", async () => {
    const { cloud } = await startLocalCloud(options());
    expect(await stopLocalCloud(options())).to.equal(true);
    const port = Number(new URL(cloud.kubernetes.server).port);
    const intruder = createServer();
    await new Promise<void>((resolve) => intruder.listen(port, "127.0.0.1", resolve));
    try {
      const error = await startLocalCloud(options()).catch((reason: unknown) => reason);
      expect(String(error)).to.contain(`port ${port}`);
    } finally {
      await new Promise((resolve) => intruder.close(resolve));
    }
    await startLocalCloud(options());
    expect(pids()).to.not.include(undefined);
  });

  it("keeps secrets to their owner", async () => {
    const { cloud } = await startLocalCloud(options());
    const readers = async (file: string) =>
      (await promisify(execFile)("find", [file, "-perm", "/077"])).stdout;
    for (const file of [
      path.join(directory, "t", "cloud.json"),
      cloud.pulumi.passphraseFile,
      cloud.kubernetes.kubeconfig,
    ]) {
      expect(await readers(file)).to.equal("");
    }
    expect(readFileSync(cloud.pulumi.passphraseFile, "utf8")).to.match(/^[\w-]{43}\n$/);
  });

  it("leaves neither a process nor a file of the instance when it is reset", async () => {
    const before = pids();
    await resetLocalCloud(options());
    for (const pid of before) {
      expect(await waitForExit(pid ?? 0, 1_000)).to.equal(true);
    }
    expect(existsSync(path.join(directory, "t"))).to.equal(false);
  });
});
