import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { expect } from "chai";

const BIN = path.resolve(__dirname, "../../bin/tenantry.cjs");

describe("tenantry engine with wrong words", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [BIN, "engine", ...args], { encoding: "utf8" });

  it("says in JSON what is wrong", () => {
    const { status, stdout, stderr } = run("list", "--frob", "--json");
    expect([status, stderr]).to.deep.equal([2, ""]);
    expect(JSON.parse(stdout)).to.deep.equal({
      type: "error",
      code: 2,
      error: "CommanderError",
      message: "unknown option '--frob'",
    });
  });

  it("says it in words to people", () => {
    const { status, stdout, stderr } = run("list", "--frob");
    expect([status, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.include("error: unknown option '--frob'");
  });
});
