import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Environment } from "../environment";

/** Where the repository's own setup puts the CLI it built, if it had to. */
const BUILT = path.resolve(__dirname, "../../../dist/bin");

/** A Pulumi home and a state backend of a test's own. */
export class Sandbox {
  readonly directory = mkdtempSync(path.join(tmpdir(), "engine-test-"));
  readonly environment: Environment;
  /** What the probes wrote down. */
  readonly log = path.join(this.directory, "log");
  /** Where exclusive probes take their names. */
  readonly names = path.join(this.directory, "names");

  constructor() {
    const home = path.join(this.directory, "home");
    const state = path.join(this.directory, "state");
    const plugin = path.join(home, "plugins", "resource-probe-v1.0.0");
    for (const directory of [state, plugin, this.names]) mkdirSync(directory, { recursive: true });
    const launcher = path.join(plugin, "pulumi-resource-probe");
    const program = path.join(__dirname, "probe-provider.cjs");
    writeFileSync(launcher, `#!/usr/bin/env node\nrequire(${JSON.stringify(program)});\n`);
    chmodSync(launcher, 0o755);
    writeFileSync(this.log, "");
    this.environment = {
      ...process.env,
      PATH: `${BUILT}${path.delimiter}${process.env["PATH"] ?? ""}`,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${state}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "correct horse",
      PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
      PROBE_NAMES: this.names,
    };
  }

  /** Lines that the probes wrote, in order. */
  get lines(): string[] {
    return readFileSync(this.log, "utf8").split("\n").filter(Boolean);
  }

  /** The checkpoint of a stack, as text. */
  checkpoint(project: string, stack: string): string {
    return readFileSync(
      path.join(this.directory, "state", ".pulumi", "stacks", project, `${stack}.json`),
      "utf8",
    );
  }

  /** Directory with a stack's locks. */
  locks(project: string, stack: string): string {
    return path.join(this.directory, "state", ".pulumi", "locks", "organization", project, stack);
  }

  /** Writes a policy pack of one program. Returns its directory. */
  policyPack(name: string, policies: string): string {
    const directory = path.join(this.directory, name);
    mkdirSync(directory);
    const sdk = JSON.stringify(require.resolve("@pulumi/policy"));
    writeFileSync(path.join(directory, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: index.js\n");
    writeFileSync(
      path.join(directory, "package.json"),
      JSON.stringify({ name, version: "1.0.0", main: "index.js" }),
    );
    writeFileSync(
      path.join(directory, "index.js"),
      `const { PolicyPack } = require(${sdk});\nnew PolicyPack(${JSON.stringify(name)}, { policies: ${policies} });\n`,
    );
    return directory;
  }

  /** Removes it. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Waits until something is true; fails where it does not become true in time. */
export async function until(what: string, holds: () => boolean, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`it did not come true in ${timeoutMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The error of a promise that must fail with one of a kind. */
export async function failureOf<E extends Error>(
  of: Promise<unknown>,
  kind: new (...args: never[]) => E,
): Promise<E> {
  try {
    await of;
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error(`it succeeded; expected a ${kind.name}`);
}
