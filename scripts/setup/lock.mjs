import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 200;
/** A lock whose owner wrote no process id within this time was left by a killed one. */
const graceMs = 2_000;

/**
 * Runs `work` while holding a lock file that names this process. The lock of a process that is gone is taken over.
 * (local/lock.ts does the same for what runs when packages are installed.)
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {{ signal?: AbortSignal, onWait?: (holder: number) => void }} options
 * @returns {Promise<T>}
 */
export async function withLock(file, work, { signal, onWait } = {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    signal?.throwIfAborted();
    const holder = holderOf(file);
    if (isStale(file) && removeStale(file)) continue;
    if (!told && holder > 0) {
      told = true;
      onWait?.(holder);
    }
    await sleep(pollMs, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    const handle = openSync(file, "wx", 0o600);
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Only one of those who see a lock as stale may remove it, or the second would remove the first one's new lock. */
function removeStale(file) {
  const guard = `${file}.takeover`;
  if (!take(guard)) {
    if (isOlderThan(guard, graceMs)) rmSync(guard, { force: true });
    return false;
  }
  try {
    if (isStale(file)) rmSync(file, { force: true });
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

function isStale(file) {
  const holder = holderOf(file);
  return holder > 0 ? !isAlive(holder) : isOlderThan(file, graceMs);
}

function holderOf(file) {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
}

function isOlderThan(file, ageMs) {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > ageMs;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
