import { expect } from "chai";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { repositoryRoot } from "../../paths";
import { isAlive, waitForExit } from "../../processes";
import { readIfPresent } from "../../files";
import { readTools } from "../../tools";

const runtime = `{ name: nodejs, options: { typescript: false, nodeargs: "--require=tsx/cjs" } }`;

const greeter = `
import * as pulumi from "@pulumi/pulumi";
class Thing extends pulumi.ComponentResource {
  constructor(name: string, size: number) {
    super("tiny:index:Thing", name, { size });
    this.registerOutputs({});
  }
}
const config = new pulumi.Config();
new Thing("thing", config.getNumber("size") ?? 1);
console.log("printed by the program in " + process.cwd());
export const who: string = config.require("who");
export const word = config.requireSecret("word");
export const stack = pulumi.getStack();
`;

const pack = `
const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("tiny-pack", {
  policies: [{
    name: "small-things",
    description: "Things are small.",
    enforcementLevel: "mandatory",
    validateResource: (args, report) => {
      if (args.type === "tiny:index:Thing" && args.props.size > 5) report("size is " + args.props.size + "; expected 5 at most");
    },
  }],
});
`;

// Programs and packs find their packages where the repository has them. */
describe("the language host, with the real CLI", function () {
  this.timeout(120_000);

  let folder: string;
  let project: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "tenantry-language-host-"));
    project = path.join(folder, "project");
    const packFolder = path.join(folder, "pack");
    for (const each of [
      path.join(project, "src"),
      packFolder,
      path.join(folder, "state"),
      path.join(folder, "home"),
    ]) {
      mkdirSync(each, { recursive: true });
    }
    symlinkSync(path.join(repositoryRoot, "node_modules"), path.join(folder, "node_modules"));
    writeFileSync(path.join(project, "Pulumi.yaml"), `name: tiny\nmain: src/\nruntime: ${runtime}\n`);
    writeFileSync(
      path.join(project, "package.json"),
      `{ "name": "tiny", "dependencies": { "@pulumi/pulumi": "*" } }`,
    );
    writeFileSync(
      path.join(packFolder, "PulumiPolicy.yaml"),
      "runtime: { name: nodejs, options: { typescript: false } }\n",
    );
    writeFileSync(
      path.join(packFolder, "package.json"),
      `{ "name": "tiny-pack", "version": "1.2.3", "main": "index.js" }`,
    );
    writeFileSync(path.join(packFolder, "index.js"), pack);
    environment = {
      ...process.env,
      PATH: [path.dirname(readTools().pulumi), process.env.PATH].join(path.delimiter),
      PULUMI_HOME: path.join(folder, "home"),
      PULUMI_BACKEND_URL: pathToFileURL(path.join(folder, "state")).href,
      PULUMI_CONFIG_PASSPHRASE: "for this test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
    };
    writeProgram(greeter);
    await pulumi("stack", "init", "dev");
    await pulumi("config", "set", "who", "it's me");
    await pulumi("config", "set", "--secret", "word", "hush");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const writeProgram = (text: string) => writeFileSync(path.join(project, "src", "index.ts"), text);

  async function pulumi(...args: string[]): Promise<string> {
    const options = { cwd: project, env: environment };
    return (await promisify(execFile)("pulumi", [...args, "--non-interactive"], options)).stdout;
  }

  async function failure(...args: string[]): Promise<string> {
    try {
      await pulumi(...args);
    } catch (error) {
      if (error instanceof Error && "stdout" in error && "stderr" in error) {
        return `${String(error.stdout)}${String(error.stderr)}`;
      }
      throw error;
    }
    throw new Error(`pulumi ${args.join(" ")} did not fail`);
  }

  it("runs a TypeScript program in its own folder, with its configuration", async () => {
    writeProgram(greeter);
    const output = await pulumi("up", "--yes", "--stack=dev");
    expect(output).to.contain(`printed by the program in ${path.join(project, "src")}`);
    expect(output).not.to.contain("warning");
    expect(JSON.parse(await pulumi("stack", "output", "--json", "--stack=dev"))).to.deep.equal({
      who: "it's me",
      word: "[secret]",
      stack: "dev",
    });
  });

  it("runs a policy pack that finds nothing", async () => {
    writeProgram(greeter);
    const output = await pulumi("preview", "--stack=dev", `--policy-pack=${path.join(folder, "pack")}`);
    expect(output).to.contain("tiny-pack@v1.2.3");
  });

  it("runs a policy pack that refuses", async () => {
    writeProgram(greeter.replace("?? 1", "?? 7"));
    const output = await failure("preview", "--stack=dev", `--policy-pack=${path.join(folder, "pack")}`);
    expect(output).to.contain("size is 7; expected 5 at most");
  });

  it("passes on what a program throws, once", async () => {
    writeProgram(`throw new Error("this went wrong");`);
    const output = await failure("preview", "--stack=dev");
    expect(output.match(/Error: this went wrong/g)).to.have.length(1);
    expect(output).not.to.contain("exited with");
  });

  it("reports a program that ends with an exit code", async () => {
    writeProgram(`process.exit(7);`);
    expect(await failure("preview", "--stack=dev")).to.contain("The program exited with code 7");
  });

  it("names an option of the wrong type", async () => {
    const other = path.join(folder, "other");
    mkdirSync(other);
    writeFileSync(
      path.join(other, "Pulumi.yaml"),
      "name: other\nruntime: { name: nodejs, options: { typescript: maybe } }\n",
    );
    await pulumi("stack", "init", "dev", "--cwd", other);
    expect(await failure("preview", "--stack=dev", "--cwd", other)).to.contain("typescript");
  });

  it("tells pulumi about its Node and the program's packages", async () => {
    const about: unknown = JSON.parse(await pulumi("about", "--json", "--stack=dev"));
    expect(about).to.nested.include({ "runtime.language": "nodejs", "runtime.executable": process.execPath });
    expect(about).to.have.nested.property("dependencies[0].name", "@pulumi/pulumi");
    expect(about).to.have.nested.property("dependencies[0].version").that.matches(/^3\./);
  });

  for (const signal of ["SIGINT", "SIGKILL"] as const) {
    it(`leaves no program behind when the CLI gets ${signal}`, async () => {
      const pidFile = path.join(folder, `pid-${signal}`);
      writeProgram(`
        require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
        setInterval(() => {}, 1000);`);
      const cli = spawn("pulumi", ["preview", "--stack=dev", "--non-interactive"], {
        cwd: project,
        env: environment,
        stdio: "ignore",
      });
      const program = await pidIn(pidFile, cli);
      cli.kill(signal);
      expect(await waitForExit(program, 20_000)).to.equal(true);
      expect(await waitForExit(cli.pid ?? 0, 20_000)).to.equal(true);
    });
  }
});

async function pidIn(file: string, cli: ChildProcess): Promise<number> {
  while (cli.exitCode === null) {
    const pid = Number(readIfPresent(file) ?? "");
    if (pid > 0 && isAlive(pid)) {
      return pid;
    }
    await sleep(50);
  }
  throw new Error(`pulumi ended with ${cli.exitCode} before the program began`);
}
