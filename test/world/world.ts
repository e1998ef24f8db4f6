import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { Client } from "pg";
import { z } from "zod";
import { resetLocalCloud, startLocalCloud, stopLocalCloud, type LocalCloud } from "../../local";

/** The repository's root. */
export const ROOT = path.resolve(__dirname, "../..");

/** What a command printed and how it ended. */
export interface Finished {
  /** Exit code; 128 + the signal's number where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Running {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** A local cloud of end-to-end tests, apart from the one that `npm start` uses. */
export class World {
  private started: { cloud: LocalCloud; env: Record<string, string> } | undefined;

  /** @param instance its name; tests that may run beside others have one of their own */
  constructor(private readonly instance = "test") {}

  /** The variables that its commands run with. */
  get environment(): Record<string, string> {
    return this.current.env;
  }

  /** Its address book. */
  get cloud(): LocalCloud {
    return this.current.cloud;
  }

  /** Starts it from nothing. */
  async begin(): Promise<void> {
    await resetLocalCloud({ instance: this.instance });
    this.started = await startLocalCloud({ instance: this.instance, onProgress: () => undefined });
  }

  /** Stops it; its files stay, so that a failure can be looked into. */
  async end(): Promise<void> {
    await stopLocalCloud({ instance: this.instance });
  }

  /** Starts a command in the repository's root, in the environment of the local cloud. */
  start(command: string, args: readonly string[], env: Record<string, string> = {}): Running {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...this.current.env, TENANTRY_LOCAL: this.instance, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const finished = new Promise<Finished>((resolve, reject) => {
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
      child.on("error", reject);
      child.on("close", (code, signal) =>
        resolve({ code: code ?? (signal === "SIGINT" ? 130 : 137), stdout, stderr }),
      );
    });
    return { process: child, finished };
  }

  /** Runs a command to its end, whatever that is. */
  run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    return this.start(command, args, env).finished;
  }

  /** Runs a command that must end well; its standard output. */
  async succeed(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, args, env);
    if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Runs `tenantry engine` to its end. */
  tenantry(...args: string[]): Promise<Finished> {
    return this.run("node", ["bin/tenantry.cjs", "engine", ...args]);
  }

  /** Runs a command of the local cloud, which must end well; its standard output. */
  local(...args: string[]): Promise<string> {
    return this.succeed("node", ["--require=tsx/cjs", "local/cli/index.ts", ...args]);
  }

  /** Runs kubectl to its end, as the given kubeconfig's user; by default as the cluster's administrator. */
  kubectl(args: readonly string[], kubeconfig?: string): Promise<Finished> {
    return this.run("kubectl", args, kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig });
  }

  /** An empty folder of the tests' own. */
  scratch(name: string): string {
    const directory = path.join(ROOT, ".local", this.instance, "scratch");
    fs.mkdirSync(directory, { recursive: true });
    return fs.mkdtempSync(path.join(directory, `${name}-`));
  }

  /** A copy of one of the repository's files, changed; its path. */
  copy(file: string, change: (text: string) => string = (text) => text): string {
    const copy = path.join(this.scratch("copy"), path.basename(file));
    fs.writeFileSync(copy, change(fs.readFileSync(path.join(ROOT, file), "utf8")));
    return copy;
  }

  /** Makes an empty stack of the platform's project, without a settings file in the repository. */
  async initStack(stack: string, env: Record<string, string> = {}): Promise<void> {
    const project = this.scratch("project");
    fs.writeFileSync(path.join(project, "Pulumi.yaml"), "name: tenantry\nruntime: nodejs\n");
    await this.succeed("pulumi", ["-C", project, "stack", "init", stack, "--no-select"], env);
  }

  /** A policy pack that refuses every resource of a type; its path. */
  packRefusing(type: string, message: string): string {
    const directory = this.scratch("pack");
    const files = {
      "package.json": JSON.stringify({ name: "refusing", version: "0.0.1" }),
      "PulumiPolicy.yaml": "runtime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n",
      "index.js": `
        const { PolicyPack } = require(${JSON.stringify(require.resolve("@pulumi/policy"))});
        new PolicyPack("refusing", { policies: [{
          name: "refuse", description: "refuses", enforcementLevel: "mandatory",
          validateResource: ({ type }, report) => { if (type === ${JSON.stringify(type)}) report(${JSON.stringify(message)}); },
        }] });`,
    };
    for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(directory, file), text);
    return directory;
  }

  /** What is on the embedded PostgreSQL: its databases, and the users who can log in. */
  async postgres(): Promise<{ databases: string[]; users: string[] }> {
    const { host, port, user, password } = this.cloud.postgres;
    const client = new Client({ host, port, user, password, database: "postgres" });
    await client.connect();
    try {
      const names = async (query: string) => {
        const { rows } = await client.query<{ name: string }>(query);
        return z
          .array(z.object({ name: z.string() }))
          .parse(rows)
          .map(({ name }) => name);
      };
      return {
        databases: await names("select datname as name from pg_database"),
        users: await names("select rolname as name from pg_roles where rolcanlogin"),
      };
    } finally {
      await client.end();
    }
  }

  /** Waits until a command under way has printed what matches. */
  until({ process: child, finished }: Running, pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      let seen = "";
      child.stdout?.on("data", (chunk: string) => {
        seen += chunk;
        if (pattern.test(seen)) resolve();
      });
      void finished.then(({ code, stderr }) =>
        reject(new Error(`it ended with ${code} before it printed ${String(pattern)}\n${stderr}`)),
      );
    });
  }

  /** Does something again, for a while, until its result is good. */
  async patiently<T>(attempt: () => Promise<T>, isGood: (result: T) => boolean): Promise<T> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const result = await attempt();
      if (isGood(result) || Date.now() > deadline) return result;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }

  private get current(): { cloud: LocalCloud; env: Record<string, string> } {
    if (!this.started) throw new Error("the local cloud is not started");
    return this.started;
  }
}
