import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { ownPrefix, removeAbandoned } from "./abandoned";

describe("work directories that were abandoned", () => {
  let root: string;

  beforeEach(() => (root = mkdtempSync(path.join(tmpdir(), "abandoned-test-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function left(name: string): string {
    mkdirSync(path.join(root, name, "project"), { recursive: true });
    writeFileSync(path.join(root, name, "project", "Pulumi.yaml"), "name: tenants");
    return name;
  }

  it("are removed once their process is gone", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    left(`tenantry-work-${hostname()}-${pid}-aB3dE6`);
    removeAbandoned(root);
    expect(readdirSync(root)).to.deep.equal([]);
  });

  it("are removed where a former process had this one's id", () => {
    left(`${ownPrefix()}aB3dE6`);
    removeAbandoned(root);
    expect(readdirSync(root)).to.deep.equal([]);
  });

  it("stay while their process lives, on other hosts, and where they are none", () => {
    const kept = [
      left(`tenantry-work-${hostname()}-${process.ppid}-aB3dE6`),
      left(`tenantry-work-other.example-4194304-aB3dE6`),
      left(`tenantry-work-notes`),
      left("tenantry-aB3dE6"),
    ];
    removeAbandoned(root);
    expect(readdirSync(root)).to.have.members(kept);
  });
});
