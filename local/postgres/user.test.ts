import { expect } from "chai";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { canReach } from "./user";

describe("the user PostgreSQL runs as", () => {
  const stranger = { uid: 54_321, gid: 54_321 };
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "tenantry-home-"));
    mkdirSync(path.join(home, "clone"), { mode: 0o755 });
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it("reaches a folder that everybody may enter", () => {
    chmodSync(home, 0o711);
    expect(canReach(stranger, path.join(home, "clone"))).to.equal(true);
  });

  it("does not reach a folder in a closed home", () => {
    chmodSync(home, 0o700);
    expect(canReach(stranger, path.join(home, "clone"))).to.equal(false);
  });

  it("reaches its own closed home", () => {
    chmodSync(home, 0o700);
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    expect(canReach(owner, path.join(home, "clone"))).to.equal(true);
  });
});
