import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { writeLoglessHome } from "./pulumi-home";

describe("a Pulumi home without logs", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), "home-test-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it("has what the home has, but for its logs", () => {
    const home = path.join(directory, "home");
    mkdirSync(path.join(home, "plugins"), { recursive: true });
    mkdirSync(path.join(home, "logs"));
    writeFileSync(path.join(home, "credentials.json"), "{}");
    const view = path.join(directory, "view");
    writeLoglessHome(view, { PULUMI_HOME: home });
    expect(readFileSync(path.join(view, "credentials.json"), "utf8")).to.equal("{}");
    writeFileSync(path.join(view, "plugins", "new"), "");
    expect(existsSync(path.join(home, "plugins", "new"))).to.equal(true);
    expect(statSync(path.join(view, "logs")).isFile()).to.equal(true);
  });

  it("keeps the plugins that a run installs into a home that was never used", () => {
    const home = path.join(directory, "new");
    const view = path.join(directory, "view");
    writeLoglessHome(view, { PULUMI_HOME: home });
    writeFileSync(path.join(view, "plugins", "installed"), "");
    expect(existsSync(path.join(home, "plugins", "installed"))).to.equal(true);
  });
});
