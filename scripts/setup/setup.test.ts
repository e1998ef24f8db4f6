import { expect } from "chai";
import { type ExecFileSyncOptions, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { waitForExit } from "../../local/processes";

/** Evaluates an expression with a module of the setup as `m`, as plain Node runs it, and gives its JSON value. */
function evaluate(module: string, expression: string, options: ExecFileSyncOptions = {}): unknown {
  const script = `import * as m from ${JSON.stringify(path.join(__dirname, module))}; console.log(JSON.stringify(${expression}))`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    ...options,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(output);
}

const json = z.record(z.string(), z.unknown());

describe("the setup", function () {
  this.timeout(60_000);

  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tenantry-setup-")));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (file: string, content: unknown) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), typeof content === "string" ? content : JSON.stringify(content));
  };

  describe("of Node", () => {
    const check = (version: string) =>
      spawnSync(
        process.execPath,
        [
          "--input-type=module",
          "-e",
          `import { checkNode } from "${__dirname}/node-version.mjs"; checkNode("${version}")`,
        ],
        { encoding: "utf8" },
      );
    for (const version of ["18.20.4", "20.18.1", "4.0.0"]) {
      it(`refuses ${version}, and says what is needed`, () => {
        const { status, stderr } = check(version);
        expect(status).to.equal(1);
        expect(stderr).to.contain("Node 20.19 or newer is needed").and.to.contain(`this is Node ${version}`);
      });
    }
    for (const version of ["20.19.0", "22.0.0"]) {
      it(`accepts ${version}`, () => {
        expect(check(version).status).to.equal(0);
      });
    }
  });

  describe("of npm packages", () => {
    const areInstalled = () => evaluate("packages.mjs", `m.areInstalled(${JSON.stringify(folder)})`);
    const wanted = {
      packages: {
        "": { name: "x" },
        "node_modules/a": { version: "1.0.0" },
        "node_modules/other-machine": { version: "1.0.0", optional: true },
      },
    };
    beforeEach(() => write("package-lock.json", wanted));

    it("is done when all but other machines' packages are there", () => {
      write("node_modules/.package-lock.json", { packages: { "node_modules/a": { version: "1.0.0" } } });
      expect(areInstalled()).to.equal(true);
    });
    it("is due when nothing is installed", () => {
      expect(areInstalled()).to.equal(false);
    });
    it("is due after an installation that was interrupted", () => {
      write("node_modules/a/package.json", { version: "1.0.0" });
      expect(areInstalled()).to.equal(false);
    });
    it("is due when package-lock.json names another version", () => {
      write("node_modules/.package-lock.json", { packages: { "node_modules/a": { version: "0.9.0" } } });
      expect(areInstalled()).to.equal(false);
    });
    it("is due when a package was added", () => {
      write("node_modules/.package-lock.json", { packages: {} });
      expect(areInstalled()).to.equal(false);
    });
    it("is due when a package was removed", () => {
      const present = { "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "1.0.0" } };
      write("node_modules/.package-lock.json", { packages: present });
      expect(areInstalled()).to.equal(false);
    });
  });

  describe("of the Pulumi CLI", () => {
    for (const [output, recent] of Object.entries({
      "v3.249.0": true,
      "v3.260.1\n": true,
      "v3.248.9": false,
      "v4.0.0": false,
      "": false,
    })) {
      it(`${recent ? "uses" : "does not use"} one that calls itself ${JSON.stringify(output)}`, () => {
        expect(evaluate("pulumi.mjs", `m.isRecent(${JSON.stringify(output)})`)).to.equal(recent);
      });
    }

    const fakeCli = (where: string, version: string) => {
      write(`${where}/pulumi`, `#!/bin/sh\necho ${version}\n`);
      chmodSync(path.join(folder, where, "pulumi"), 0o755);
    };
    const fakeHost = (where: string) => {
      write(`${where}/pulumi-language-nodejs`, "#!/bin/sh\n");
      chmodSync(path.join(folder, where, "pulumi-language-nodejs"), 0o755);
    };
    /** What would be used with `bin` on PATH, or why none can be: Go is not on this PATH. */
    const find = () => {
      const nodeFolder = path.join(folder, "node");
      mkdirSync(nodeFolder, { recursive: true });
      symlinkSync(process.execPath, path.join(nodeFolder, "node"));
      const env = {
        PATH: `${path.join(folder, "bin")}:${nodeFolder}:/bin`,
        XDG_CACHE_HOME: path.join(folder, "cache"),
      };
      const progress = "{ step: (name, work) => work(() => {}) }";
      return json.parse(
        evaluate("pulumi.mjs", `await m.findPulumi(${progress}).catch((e) => ({ error: e.message }))`, {
          env,
        }),
      );
    };

    it("uses an installed one with its language host", () => {
      fakeCli("bin", "v3.255.0");
      fakeHost("bin");
      expect(find()).to.deep.equal({ program: path.join(folder, "bin", "pulumi"), built: false });
    });
    it("finds the language host where a symbolic link leads", () => {
      fakeCli("opt", "v3.255.0");
      fakeHost("opt");
      mkdirSync(path.join(folder, "bin"));
      symlinkSync("../opt/pulumi", path.join(folder, "bin", "pulumi"));
      expect(find()).to.deep.equal({ program: path.join(folder, "bin", "pulumi"), built: false });
    });
    it("has to build one when the installed one is too old, and says that Go is missing", () => {
      fakeCli("bin", "v3.200.0");
      fakeHost("bin");
      expect(String(find()["error"])).to.match(
        /^pulumi has to be built, and Go is missing\. Install Go 1\.\d+ or newer/,
      );
    });
    it("has to build one when the installed one cannot run Node programs", () => {
      fakeCli("bin", "v3.255.0");
      expect(find()).to.have.property("error");
    });
    it("does not take a clone's own for an installed one", () => {
      fakeCli("bin", "v3.255.0");
      fakeHost("bin");
      write("bin/.tenantry", "");
      expect(find()).to.have.property("error");
    });
  });

  describe("of built tools", () => {
    const hash = () =>
      evaluate("go-build.mjs", `m.hashOf(${JSON.stringify(path.join(folder, "tool"))}, ["."])`);

    it("builds anew when a source changes, and not when a test does", () => {
      write("tool/main.go", "package main");
      const first = hash();
      write("tool/main_test.go", "package main");
      expect(hash()).to.equal(first);
      write("tool/main.go", "package main // changed");
      expect(hash()).not.to.equal(first);
    });
  });

  describe("of a program that is run", () => {
    const run = (command: string, args: string[]) =>
      `await m.run(${JSON.stringify(command)}, ${JSON.stringify(args)}, { cwd: "/" }).then(() => "ok", (e) => e.message)`;

    it("shows the last lines of one that fails", () => {
      const message = evaluate("run.mjs", run("sh", ["-c", "seq 1 50; exit 3"]));
      expect(String(message)).to.contain("failed with exit code 3:\n31\n").and.to.match(/\n50$/);
    });
    it("names one that is not there", () => {
      expect(evaluate("run.mjs", run("no-such-program", []))).to.match(/^no-such-program cannot be run/);
    });
    it("ends it and its children when it is interrupted", async () => {
      const pidFile = path.join(folder, "pid");
      const script = `import { run } from "${__dirname}/run.mjs";
        const abort = new AbortController();
        process.once("SIGINT", () => abort.abort());
        await run("sh", ["-c", "sleep 60 & echo $! > ${pidFile}; wait"], { cwd: "/", signal: abort.signal }).catch(() => process.exit(130));`;
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
      const exit = new Promise((resolve) => child.once("exit", resolve));
      while (!existsSync(pidFile) || readFileSync(pidFile, "utf8").trim() === "") {
        await sleep(20);
      }
      child.kill("SIGINT");
      expect(await exit).to.equal(130);
      expect(await waitForExit(Number(readFileSync(pidFile, "utf8")), 5_000)).to.equal(true);
    });
  });

  describe("of git", () => {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" });
    const configure = () => {
      const script = `import { configureGit } from "${folder}/scripts/setup/git.mjs"; configureGit();`;
      execFileSync(process.execPath, ["--input-type=module", "-e", script]);
    };
    const salt = "encryptionsalt: v1:abc=:v1:def:ghi==\n";
    beforeEach(() => {
      git("init", "--quiet");
      cpSync(__dirname, path.join(folder, "scripts", "setup"), { recursive: true });
      write(".gitattributes", "Pulumi.local.yaml filter=pulumi-salt\n");
      write("Pulumi.local.yaml", "config:\n  a: b\n");
      configure();
      git("add", ".gitattributes", "Pulumi.local.yaml");
      git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "settings");
    });

    it("keeps the salt that pulumi writes into a settings file out of what is compared and committed", () => {
      write("Pulumi.local.yaml", `config:\n  a: b\n${salt}`);
      expect(git("diff")).to.equal("");
      configure();
      expect(git("status", "--porcelain", "--", "Pulumi.local.yaml")).to.equal("");
      expect(readFileSync(path.join(folder, "Pulumi.local.yaml"), "utf8")).to.contain(salt);
    });

    it("leaves other changes of the file to be seen", () => {
      write("Pulumi.local.yaml", `config:\n  a: c\n${salt}`);
      configure();
      expect(git("status", "--porcelain", "--", "Pulumi.local.yaml")).to.equal(" M Pulumi.local.yaml\n");
      expect(git("diff", "--unified=0").split("\n").slice(-3, -1)).to.deep.equal(["-  a: b", "+  a: c"]);
    });
  });
});
