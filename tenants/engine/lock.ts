import { rmSync } from "node:fs";
import { hostname } from "node:os";
import type { LockHolder } from "./errors";
import { isProcessGone } from "./processes";

/** The CLI's words for a lock that another run holds (pkg/backend/diy/lock.go). */
const LOCKED = /the stack is currently locked by \d+ lock\(s\)/;
const HOLDER = /^\s*(\S+): created by (.*)@(\S+) \(pid (\d+)\) at (\S+)\s*$/gm;

/** A Pulumi service's words for the same. */
const CONFLICT = /\[409\] Conflict: Another update is currently in progress/;

/**
 * Reads who holds a stack's lock out of the CLI's complaint; undefined where it complains of something else.
 *
 * @param stderr what the CLI printed
 * @returns the holders; empty where the stack is locked and the backend does not say by whom
 */
export function parseLockHolders(stderr: string): LockHolder[] | undefined {
  if (!LOCKED.test(stderr)) return CONFLICT.test(stderr) ? [] : undefined;
  return [...stderr.matchAll(HOLDER)].map(([, url = "", user = "", host = "", pid = "", since = ""]) => ({
    url,
    user,
    host,
    pid: Number(pid),
    since: new Date(since),
  }));
}

/**
 * Whether a lock's holder is gone for certain: it ran on this host and its process id is free, or is another program's now.
 * A holder on another host may live.
 */
export function isStale(holder: LockHolder): boolean {
  return holder.host === hostname() && isProcessGone(holder.pid, "pulumi");
}

/**
 * Removes exactly the lock of one holder, and no lock that somebody took meanwhile. Only a `file://` backend allows that.
 *
 * @returns whether it could be removed this way
 */
export function removeLockFile(holder: LockHolder): boolean {
  if (!holder.url.startsWith("file://")) return false;
  // Pulumi's own reading of such a URL: nothing is percent-decoded, a query says how to write and not where.
  rmSync(holder.url.slice("file://".length).replace(/\?.*$/, ""), { force: true });
  return true;
}
