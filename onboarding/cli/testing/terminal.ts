import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { ExitCode } from "../../../tenants/cli/exit-codes";
import { run } from "..";
import type { Surroundings } from "../surroundings";

/** What a command printed and how it ended. */
export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
  /** What was asked at the terminal. */
  readonly questions: readonly string[];
}

/** What is around a command that a test runs. */
export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What is answered where it asks; undefined where nobody is there. */
  readonly answer?: boolean;
  readonly input?: string;
  /** Plays the browser. Default: there is none. */
  readonly browse?: (url: string) => Promise<boolean>;
  /** Plays Ctrl-C. */
  readonly interrupt?: AbortSignal;
  /** Draws in place. */
  readonly live?: boolean;
}

const folders = mkdtempSync(path.join(tmpdir(), "tenantry-cli-"));
process.once("exit", () => rmSync(folders, { recursive: true, force: true }));

/** An empty folder, which is removed as this process ends. */
export function scratch(): string {
  return mkdtempSync(path.join(folders, "scratch-"));
}

/** The environment that names an API. */
export function envOf(url: string): Record<string, string> {
  return {
    TENANTRY_API_URL: url,
    TENANTRY_ISSUER: url,
    TENANTRY_CLIENT_ID: "admin",
    TENANTRY_CLIENT_SECRET: "s3cret",
  };
}

/** Runs `tenantry` in this process. */
export async function tenantry(args: readonly string[], options: TerminalOptions = {}): Promise<Ran> {
  const {
    env = {},
    answer,
    input = "",
    browse,
    interrupt = new AbortController().signal,
    live = false,
  } = options;
  let out = "";
  let err = "";
  const questions: string[] = [];
  const surroundings: Surroundings = {
    env: { XDG_CONFIG_HOME: scratch(), ...env },
    out: { write: (text) => void (out += text) },
    err: { write: (text) => void (err += text) },
    ...(live ? { terminal: { write: (text: string) => (err += text) } } : {}),
    canAsk: () => answer !== undefined,
    confirm: (question) => {
      questions.push(question);
      if (answer === true) return Promise.resolve();
      return Promise.reject(Object.assign(new Error("not confirmed"), { name: "DeclinedError" }));
    },
    askSecret: (question) => {
      questions.push(question);
      return Promise.resolve(input);
    },
    openBrowser: (url) => browse?.(url) ?? Promise.resolve(false),
    readInput: () => Promise.resolve(input),
    listenForInterrupt: () => ({ signal: interrupt, release: () => undefined }),
  };
  const code = await run(["node", "tenantry", ...args], surroundings);
  return { code, out, err, questions };
}
