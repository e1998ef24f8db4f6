import { execFileSync } from "node:child_process";
import {
  accessSync,
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { languageHost } from "../bundle.mjs";
import { SetupError } from "./errors.mjs";
import { builtWithGo } from "./go-build.mjs";
import { repository } from "./paths.mjs";

/** `pulumi policy analyze` and what else is used of the CLI is there from this version on. */
const minimum = [3, 249];
const binFolder = path.join(repository, "dist", "bin");
/** Tells a CLI that a clone has put in place from one that was installed on the machine. */
const marker = ".tenantry";
const cliModule = path.join(repository, "local", "engine", "cli");
const cliPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";

/**
 * The Pulumi CLI: one on PATH that is new enough and has its Node language host with it, else the pinned one, built.
 * @returns {Promise<{ program: string, built: boolean }>}
 */
export async function findPulumi(progress, signal) {
  const installed = onPath("pulumi").find(isUsable);
  if (installed) return { program: installed, built: false };
  const version = pinnedVersion();
  const linkerFlags = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
  const tool = {
    name: "pulumi",
    label: `building the Pulumi CLI ${version}`,
    folder: cliModule,
    package: cliPackage,
    linkerFlags,
  };
  return { program: await builtWithGo(tool, progress, signal), built: true };
}

/**
 * Gives a built CLI its place beside the language host, where it looks for it. A symbolic link would not do: the CLI
 * follows it to its own folder.
 * @returns {{ pulumi: string, languageHost: string | null }}
 */
export function linkPulumi({ program, built }) {
  if (!built) return { pulumi: program, languageHost: null };
  const target = path.join(binFolder, "pulumi");
  if (!isSame(program, target)) {
    mkdirSync(binFolder, { recursive: true });
    writeFileSync(path.join(binFolder, marker), "");
    const temporary = `${target}.new`;
    rmSync(temporary, { force: true });
    try {
      linkSync(program, temporary);
    } catch {
      copyFileSync(program, temporary, constants.COPYFILE_FICLONE); // the cache is on another file system
    }
    renameSync(temporary, target);
  }
  return { pulumi: target, languageHost };
}

function isSame(program, target) {
  const [a, b] = [program, target].map((file) => statSync(file, { throwIfNoEntry: false }));
  return b !== undefined && (a.ino === b.ino || (a.size === b.size && a.mtimeMs <= b.mtimeMs));
}

function pinnedVersion() {
  const text = readFileSync(path.join(cliModule, "go.mod"), "utf8");
  const version = /^\s*(?:require\s+)?github\.com\/pulumi\/pulumi\/pkg\/v3 (v\S+)/m.exec(text)?.[1];
  if (!version) throw new SetupError(`${cliModule}/go.mod does not name github.com/pulumi/pulumi/pkg/v3.`);
  return version;
}

/** Whether an installed CLI is new enough, and can run Node programs. */
function isUsable(program) {
  const folder = path.dirname(realpathSync(program));
  if (isFile(path.join(folder, marker))) return false;
  const host = "pulumi-language-nodejs";
  if (!isExecutable(path.join(folder, host)) && onPath(host).length === 0) return false;
  try {
    const output = execFileSync(program, ["version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    return isRecent(output);
  } catch {
    return false;
  }
}

/** Whether `pulumi version` printed a version that is new enough. */
export function isRecent(output) {
  const [major, minor] = /^v?(\d+)\.(\d+)\./.exec(output.trim())?.slice(1).map(Number) ?? [0, 0];
  return major === minimum[0] && minor >= minimum[1];
}

function onPath(name) {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder) && !isFile(path.join(folder, marker)))
    .map((folder) => path.join(folder, name))
    .filter((file) => isExecutable(file) && !isFile(path.join(path.dirname(realpathSync(file)), marker)));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isFile(file) {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
