import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { SetupError } from "./errors.mjs";
import { withLock } from "./lock.mjs";
import { cacheFolder } from "./paths.mjs";
import { run } from "./run.mjs";

/** Neither a symbol table nor what a debugger reads: nobody debugs these, and it is a seventh of the compiler's work. */
const leanFlags = ["-trimpath", "-gcflags=all=-dwarf=false"];
const leanLinkerFlags = "-s -w";

/** From this version on, Go fetches a newer toolchain by itself when a module asks for one. */
const fetchesToolchains = [1, 21];

/**
 * Finds a Go program in the cache, or builds it.
 * @param {object} tool
 * @param {string} tool.name the program's name; also how it is named to the reader
 * @param {string} tool.label what is shown while it is built
 * @param {string} tool.folder the folder of its Go module
 * @param {string} tool.package what to build of it
 * @param {string} [tool.linkerFlags] what to tell the linker
 * @returns {Promise<string>} the program's path
 */
export async function builtWithGo(
  { name, label, folder, package: main, linkerFlags = "" },
  progress,
  signal,
) {
  const args = [...leanFlags, "-ldflags", `${leanLinkerFlags} ${linkerFlags}`.trim(), main];
  const key = hashOf(folder, args);
  const target = path.join(cacheFolder, `${name}-${key}`);
  const program = path.join(target, name);
  if (existsSync(program)) return program;
  checkGo(name, folder);
  await progress.step(label, (say) =>
    withLock(
      `${target}.lock`,
      async () => {
        if (existsSync(program)) return;
        const temporary = `${target}.new`;
        rmSync(temporary, { recursive: true, force: true });
        mkdirSync(temporary, { recursive: true });
        const output = path.join(temporary, name);
        let packages = 0;
        const count = (line) => say(line.startsWith("go: ") ? line : `${++packages} packages, ${line}`);
        // Nothing of the clone's git state belongs into the program; asking for it fails in another user's clone.
        const env = { ...process.env, GOFLAGS: `${process.env.GOFLAGS ?? ""} -buildvcs=false`.trim() };
        await run("go", ["build", "-v", "-o", output, ...args], { cwd: folder, env, signal, say: count });
        rmSync(target, { recursive: true, force: true });
        renameSync(temporary, target);
      },
      { signal, onWait: (holder) => say(`waiting for process ${holder}, which builds it`) },
    ),
  );
  return program;
}

/** Changes with the sources, the versions of what they use, the way of building and the machine. */
export function hashOf(folder, args) {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([args, process.platform, process.arch]));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith("_test.go") && entry.name !== "README.md")
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  for (const file of files) {
    hash.update(`\0${file}\0`).update(readFileSync(path.join(folder, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

function checkGo(name, folder) {
  const needed = /^go (\S+)/m.exec(readFileSync(path.join(folder, "go.mod"), "utf8"))?.[1] ?? "1.26";
  let version;
  try {
    version = execFileSync("go", ["env", "GOVERSION"], {
      cwd: path.parse(folder).root,
      encoding: "utf8",
    }).trim();
  } catch {
    throw new SetupError(
      `${name} has to be built, and Go is missing. Install Go ${needed} or newer from https://go.dev/dl or with your package manager.`,
    );
  }
  const found = version
    .replace(/^go/, "")
    .split(".")
    .map((part) => Number.parseInt(part, 10));
  const fetches = !isBelow(found, fetchesToolchains) && process.env.GOTOOLCHAIN !== "local";
  if (!fetches && isBelow(found, needed.split(".").map(Number))) {
    throw new SetupError(
      `${name} has to be built with Go ${needed} or newer; this is ${version}. Get it from https://go.dev/dl or with your package manager.`,
    );
  }
}

function isBelow([major = 0, minor = 0], [neededMajor = 0, neededMinor = 0]) {
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}
