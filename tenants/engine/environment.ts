import { accessSync, constants, statSync } from "node:fs";
import * as path from "node:path";
import { EngineNotFoundError, EnvironmentError } from "./errors";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the engine's operations run: read once from the ambient Pulumi environment. */
export interface EngineEnvironment {
  /** Absolute path of the CLI. */
  readonly pulumi: string;
  /** The backend with the stacks' states. */
  readonly backend: Backend;
}

/** A state backend. */
export interface Backend {
  readonly url: string;
  /** Whether it is a file system or bucket; otherwise it is a Pulumi service. */
  readonly diy: boolean;
  /** Directory of a `file://` backend; undefined for others. */
  readonly directory: string | undefined;
}

/** What each of the CLI's processes is told, whatever the operation. */
export const CLI_ENVIRONMENT = {
  /** The event log is a flag for those who debug the CLI. */
  PULUMI_DEBUG_COMMANDS: "true",
  PULUMI_AUTOMATION_API: "true",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  /** A fresh work directory has no stack settings: the state itself says how its secrets are kept. */
  PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
} satisfies Environment;

/**
 * Reads and checks the ambient environment.
 *
 * @throws EnvironmentError where a variable is missing or wrong
 * @throws EngineNotFoundError where the CLI is not on PATH
 */
export function readEnvironment(environment: Environment): EngineEnvironment {
  const url = environment["PULUMI_BACKEND_URL"];
  if (url === undefined || url === "") {
    throw new EnvironmentError(
      "PULUMI_BACKEND_URL",
      'is not set: expected the URL of the state backend, such as s3://bucket; the local cloud\'s is set by: eval "$(npm run -s local -- env)"',
    );
  }
  return { pulumi: findTool("pulumi", environment["PATH"] ?? ""), backend: parseBackend(url) };
}

/**
 * Looks a tool up on a PATH.
 *
 * @throws EngineNotFoundError where it is not there
 */
export function findTool(tool: string, searchPath: string): string {
  for (const directory of searchPath.split(path.delimiter)) {
    if (directory === "") continue;
    const candidate = path.resolve(directory, tool);
    if (isExecutable(candidate)) return candidate;
  }
  throw new EngineNotFoundError(tool, searchPath);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Understands a backend's URL.
 *
 * @throws EnvironmentError where it is none
 */
export function parseBackend(url: string): Backend {
  if (!URL.canParse(url)) {
    throw new EnvironmentError(
      "PULUMI_BACKEND_URL",
      `is '${url}': expected a URL such as s3://bucket or file:///directory`,
    );
  }
  const { protocol } = new URL(url);
  if (protocol !== "file:")
    return { url, diy: protocol !== "https:" && protocol !== "http:", directory: undefined };
  // Pulumi's own reading: what follows the slashes is the path, `~` is the home directory, nothing is percent-decoded.
  const directory = url
    .slice("file://".length)
    .replace(/\?.*$/, "")
    .replace(/^~/, process.env["HOME"] ?? "~");
  return { url, diy: true, directory: path.resolve(directory) };
}
