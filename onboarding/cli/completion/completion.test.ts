import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { scratch, tenantry } from "../testing/terminal";

/** What bash offers behind a command line. */
function completions(script: string, words: readonly string[], directory: string): string[] {
  const line = words.map((word) => `'${word}'`).join(" ");
  const commands = `${script}\nCOMP_WORDS=(tenantry ${line}); COMP_CWORD=${words.length}; _tenantry; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync("bash", ["--norc", "-c", commands], { cwd: directory, encoding: "utf8" });
  return out.split("\n").filter((word) => word !== "");
}

describe("completion in bash", () => {
  let script: string;
  let directory: string;
  before(async () => {
    script = (await tenantry(["completion", "bash"])).out;
    directory = scratch();
    writeFileSync(path.join(directory, "acme corp.yaml"), "");
    mkdirSync(path.join(directory, "specs"));
  });

  const offered = (...words: string[]) => completions(script, words, directory);

  const cases: readonly [string[], string[]][] = [
    [["sus"], ["suspend"]],
    [["re"], ["resume", "restore", "refresh", "repair", "retry"]],
    [
      ["webhooks", "re"],
      ["remove", "resend"],
    ],
    [["engine", "d"], ["destroy"]],
    [["engine", "up", "--pol"], ["--policy-pack"]],
    [["engine", "up", "--specs", "sp"], ["specs"]],
    [
      ["list", "--phase", "re"],
      ["requested", "retained"],
    ],
    [["list", "--json", "--ph"], ["--phase"]],
    [["plan", "--operation", "off"], ["offboard"]],
    [["suspend", "acme", "--rea"], ["--reason"]],
    [["suspend", "acme", "--reason", ""], []],
    [["onboard", "ac"], ["acme corp.yaml"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish", "--help"],
    ],
  ];
  for (const [words, expected] of cases) {
    it(`offers ${expected.join(", ") || "nothing"} behind: ${words.join(" ")}`, () => {
      expect(offered(...words)).to.deep.equal(expected);
    });
  }

  it("offers every command first", () => {
    expect(offered("")).to.include.members(["onboard", "list", "webhooks", "login", "completion", "engine"]);
  });
});

describe("completion in other shells", () => {
  it("is there for zsh", async () => {
    const { code, out } = await tenantry(["completion", "zsh"]);
    expect(code).to.equal(0);
    expect(out.startsWith("#compdef tenantry\n")).to.equal(true);
    expect(out).to.include("'suspend:stop what tenants run");
    expect(out).to.include("(' list --phase') compadd -- 'requested' 'provisioning'");
  });

  it("is there for fish", async () => {
    const { out } = await tenantry(["completion", "fish"]);
    expect(out).to.include(`complete -c tenantry -n "__tenantry_at ' webhooks'" -a 'add' -d `);
    expect(out).to.include("-l 'phase'".replaceAll("'", ""));
  });

  it("is there for no other", async () => {
    expect(await tenantry(["completion", "tcsh"])).to.include({ code: 2 });
  });
});
