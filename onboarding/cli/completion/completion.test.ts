import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
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

/** What a shell that loads `tenantry`'s script says; undefined where there is no such shell. */
function loadedBy(shell: string, args: readonly string[], script: string): string | undefined {
  // As `npm link` puts it into the path.
  const bin = scratch();
  symlinkSync(path.resolve(__dirname, "../../../bin/tenantry.cjs"), path.join(bin, "tenantry"));
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: bin };
  const { error, status, stdout, stderr } = spawnSync(shell, [...args, "-c", script], {
    cwd: bin,
    env,
    encoding: "utf8",
  });
  if (error !== undefined && "code" in error && error.code === "ENOENT") return undefined;
  expect([status, stderr]).to.deep.equal([0, ""]);
  return stdout;
}

describe("completion where the command is linked", () => {
  const shells: readonly [string, string[], string, string][] = [
    [
      "bash",
      ["--norc"],
      "source <(tenantry completion bash); complete -p tenantry",
      "complete -F _tenantry tenantry\n",
    ],
    [
      "zsh",
      ["-f"],
      "autoload -U compinit; compinit -u -D; source <(tenantry completion zsh); print $_comps[tenantry]",
      "_tenantry\n",
    ],
    [
      "zsh",
      ["-f"],
      "mkdir f; tenantry completion zsh > f/_tenantry; fpath=($PWD/f $fpath); autoload -U compinit; compinit -u -D; print $_comps[tenantry]; autoload +X _tenantry",
      "_tenantry\n",
    ],
    [
      "fish",
      ["--no-config"],
      "tenantry completion fish | source; complete -C 'tenantry webhooks rem'",
      "remove\tsend no more events to an address\n",
    ],
  ];
  for (const [shell, args, script, expected] of shells) {
    it(`is loaded by ${shell}: ${script}`, function () {
      const said = loadedBy(shell, args, script);
      if (said === undefined) this.skip();
      else expect(said).to.equal(expected);
    });
  }
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
