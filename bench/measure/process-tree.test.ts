import { spawn, spawnSync } from "node:child_process";
import { expect } from "chai";
import { treeCpuSeconds, treePssBytes } from "./process-tree";

const BUSY = "const end = Date.now() + 400; while (Date.now() < end);";

describe("a process tree", () => {
  it("counts the CPU of children that have ended", () => {
    const before = treeCpuSeconds(process.pid);
    spawnSync(process.execPath, [
      "-e",
      `require("node:child_process").spawnSync(process.execPath, ["-e", "${BUSY}"])`,
    ]);
    expect(treeCpuSeconds(process.pid) - before).to.be.within(0.2, 5);
  });

  it("counts the CPU of children that live", async () => {
    const before = treeCpuSeconds(process.pid);
    const child = spawn(process.execPath, ["-e", `${BUSY} setTimeout(() => {}, 10000)`], { stdio: "ignore" });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const used = treeCpuSeconds(process.pid) - before;
    child.kill();
    expect(used).to.be.within(0.2, 5);
  });

  it("sums the memory", () => {
    expect(treePssBytes(process.pid)).to.be.within(20 * 2 ** 20, 4 * 2 ** 30);
  });
});
