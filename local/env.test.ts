import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { cloudEnvironment, databaseUrl, exportLines } from "./env";

const cloud = {
  instance: "test",
  postgres: { host: "127.0.0.1", port: 20_001, user: "postgres", password: "p@ss/w:rd" },
  kubernetes: {
    server: "https://127.0.0.1:6443",
    kubeconfig: "/k/config",
    certificateAuthority: "/k/ca.crt",
  },
  pulumi: { home: "/home of/pulumi", backendUrl: "file:///home%20of/state", passphraseFile: "/p" },
};

describe("the local cloud's environment", () => {
  it("survives a shell's eval, whatever is in the values", () => {
    const hostile = {
      PLAIN: "a b",
      QUOTES: `it's "so"`,
      EXPANSION: "$HOME `id` \\ $(id)",
      LINES: "one\ntwo",
    };
    const script = `eval "$1"; for name in PLAIN QUOTES EXPANSION LINES; do eval "printf '%s\\0' \\"\\$$name\\""; done`;
    const output = execFileSync("sh", ["-c", script, "sh", exportLines(hostile, "/b")], { encoding: "utf8" });
    expect(output.split("\0").slice(0, -1)).to.deep.equal(Object.values(hostile));
  });

  it("puts its programs before the shell's", () => {
    const script = `eval "$1"; printf %s "$PATH"`;
    const env = { PATH: "/usr/bin:/bin" };
    const output = execFileSync("/bin/sh", ["-c", script, "sh", exportLines({}, "/it's here/bin")], {
      encoding: "utf8",
      env,
    });
    expect(output).to.equal("/it's here/bin:/usr/bin:/bin");
  });

  it("prints nothing but exports", () => {
    const lines = exportLines(cloudEnvironment(cloud), "/b").trimEnd().split("\n");
    expect(lines.filter((line) => !line.startsWith("export "))).to.deep.equal([]);
    expect(lines).to.have.length(9);
  });

  it("escapes the password in the database's address", () => {
    expect(databaseUrl(cloud)).to.equal("postgres://postgres:p%40ss%2Fw%3Ard@127.0.0.1:20001/account");
  });
});
