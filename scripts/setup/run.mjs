import { spawn } from "node:child_process";
import { SetupError } from "./errors.mjs";

const killAfterMs = 3_000;
const keptLines = 20;

/**
 * Runs a program, handing each line of its output to `say`. It has a process group of its own, so that an abort ends
 * its children, too.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal, say?: (line: string) => void }} options
 * @throws {SetupError} with the last lines of its output, when it fails
 */
export function run(command, args, { cwd, env = process.env, signal, say }) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const kill = (name) => {
      try {
        process.kill(-child.pid, name);
      } catch {
        // it has ended
      }
    };
    let insist;
    const abort = () => {
      kill("SIGTERM");
      insist = setTimeout(() => kill("SIGKILL"), killAfterMs);
    };
    signal?.addEventListener("abort", abort, { once: true });
    const last = [];
    const read = lines((line) => {
      last.push(line);
      if (last.length > keptLines) last.shift();
      say?.(line);
    });
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", (error) => reject(new SetupError(`${command} cannot be run: ${error.message}`)));
    child.once("close", (code, killedBy) => {
      clearTimeout(insist);
      signal?.removeEventListener("abort", abort);
      if (signal?.aborted) {
        reject(signal.reason);
      } else if (code === 0) {
        resolve();
      } else {
        const how = killedBy ? `was ended by ${killedBy}` : `failed with exit code ${code}`;
        reject(new SetupError(`${[command, ...args].join(" ")}\nin ${cwd} ${how}:\n${last.join("\n")}`));
      }
    });
  });
}

/** Cuts chunks of text into lines; what a line overwrote with a carriage return counts as a line of its own. */
function lines(each) {
  let rest = "";
  return (chunk) => {
    const parts = (rest + chunk.toString("utf8")).split(/[\r\n]+/);
    rest = parts.pop() ?? "";
    for (const line of parts) {
      if (line.trim()) each(line.trim());
    }
  };
}
