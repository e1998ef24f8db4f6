import { closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode, readIfPresent } from "./files";
import { isAlive } from "./processes";

const pollMs = 100;
/** A lock whose owner wrote no process id within this time was left by a killed one. */
const graceMs = 2_000;

/**
 * Runs `work` while holding a lock file that names this process. A lock whose process is gone is taken over, so that a
 * killed run stops nobody.
 * @param onWait called once, with the holder's process id, when the lock has to be waited for
 * @throws the signal's reason when it is aborted while waiting
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options: { signal?: AbortSignal; onWait?: (holder: number) => void } = {},
): Promise<T> {
  mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    options.signal?.throwIfAborted();
    const holder = Number(readIfPresent(file) ?? "");
    if (isStale(file, holder) && removeStale(file)) {
      continue;
    }
    if (!told && holder > 0) {
      told = true;
      options.onWait?.(holder);
    }
    await sleep(pollMs, undefined, { signal: options.signal });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    const handle = openSync(file, "wx", 0o600);
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) {
      return false;
    }
    throw error;
  }
}

/** Only one of those who see a lock as stale may remove it, or the second would remove the first one's new lock. */
function removeStale(file: string): boolean {
  const guard = `${file}.takeover`;
  if (!take(guard)) {
    if (isOlderThan(guard, graceMs)) {
      rmSync(guard, { force: true });
    }
    return false;
  }
  try {
    if (isStale(file, Number(readIfPresent(file) ?? ""))) {
      rmSync(file, { force: true });
    }
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

function isStale(file: string, holder: number): boolean {
  if (holder > 0) {
    return !isAlive(holder);
  }
  return isOlderThan(file, graceMs);
}

function isOlderThan(file: string, ageMs: number): boolean {
  try {
    return Date.now() - statSync(file).mtimeMs > ageMs;
  } catch (error) {
    if (hasCode(error, "ENOENT")) {
      return false;
    }
    throw error;
  }
}
