import { readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import * as path from "node:path";
import { isProcessGone } from "./processes";

/** A work directory's name: its process's host and id, and six letters or digits that make it its operation's own. */
const NAME = /^tenantry-work-(.+)-(\d+)-[A-Za-z0-9]{6}$/;

/** What the names of this process's work directories begin with. */
export function ownPrefix(): string {
  return `tenantry-work-${hostname()}-${process.pid}-`;
}

/**
 * Removes the work directories of processes that are gone; one that is killed cannot. To be called before this process
 * makes any: one that seems its own is of a former process with its id, as in a container that was started again. What
 * processes of other hosts left stays, and what may not be removed.
 *
 * @param root folder that they are in
 */
export function removeAbandoned(root: string): void {
  for (const name of readdirSync(root)) {
    const [, host, pid] = NAME.exec(name) ?? [];
    if (host !== hostname() || (Number(pid) !== process.pid && !isProcessGone(Number(pid), ""))) continue;
    try {
      rmSync(path.join(root, name), { recursive: true, force: true });
    } catch {
      // Another user's, or somebody else removes it now: room is lost at worst.
    }
  }
}
