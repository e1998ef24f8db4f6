import { createHash } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdirSync, readlinkSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { hasCode, replaceLink } from "../files";
import { type PostgresBinaries, binariesIn, packagedBinaries } from "./binaries";
import { runningPostmaster } from "./postmaster";
import { type ServerUser, canReach, serverUser } from "./user";

/** Where a server that cannot reach the caller's folders lives instead, on a machine whose caller is root. */
const systemDirectory = "/var/lib/tenantry";

/** Where a server's programs and data are, and whom it runs as. */
export interface Placement {
  user: ServerUser | undefined;
  binaries: PostgresBinaries;
  /** The data folder, without symbolic links on the way; not there before the first start. */
  data: string;
}

/**
 * Decides where a server lives. That is inside `directory` with the package's own programs, unless the caller is root
 * and the folders on the way (`/root`, mostly) are closed to the user PostgreSQL runs as: then the programs are copied
 * to `/var/lib/tenantry`, where the data is, too, and `directory` has a symbolic link to it.
 */
export function place(directory: string): Placement {
  const user = serverUser();
  const binaries = packagedBinaries();
  mkdirSync(directory, { recursive: true });
  const data = path.join(directory, "data");
  const moved = movedTo(data);
  if (!user || (!moved && canReach(user, directory) && canReach(user, path.dirname(binaries.initdb)))) {
    return { user, binaries, data: moved ?? data };
  }
  mkdirSync(systemDirectory, { recursive: true, mode: 0o755 });
  const own =
    moved ??
    path.join(systemDirectory, `data-${createHash("sha256").update(data).digest("hex").slice(0, 16)}`);
  if (!moved) {
    removeForgotten(own);
    replaceLink(own, data);
  }
  return { user, binaries: copyBinaries(binaries), data: own };
}

/** Removes what a clone of the same path left here when it was deleted without `reset`. */
function removeForgotten(data: string): void {
  const running = runningPostmaster(data);
  if (running) {
    process.kill(running.pid, "SIGKILL");
  }
  rmSync(data, { recursive: true, force: true });
}

/** A server's data folder without symbolic links, be it there or not. Changes nothing. */
export function dataFolder(directory: string): string {
  const data = path.join(directory, "data");
  return movedTo(data) ?? data;
}

/** Deletes a server's folder and, where its data had to live elsewhere, that data. The server must have been stopped. */
export function removePlacement(directory: string): void {
  const moved = movedTo(path.join(directory, "data"));
  if (moved) {
    rmSync(moved, { recursive: true, force: true });
  }
  rmSync(directory, { recursive: true, force: true });
}

/** Makes an empty folder for the server's user, in the place of what an interrupted start left there. */
export function makeFolder(folder: string, user: ServerUser | undefined): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  if (user) {
    chownSync(folder, user.uid, user.gid);
  }
}

function movedTo(data: string): string | undefined {
  try {
    return readlinkSync(data);
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "EINVAL")) {
      return undefined; // nothing there yet, or a folder
    }
    throw error;
  }
}

function copyBinaries(from: PostgresBinaries): PostgresBinaries {
  const key = createHash("sha256").update(from.directory).digest("hex").slice(0, 16);
  const target = path.join(systemDirectory, `postgresql-${key}`);
  if (!existsSync(target)) {
    const temporary = `${target}.new`;
    rmSync(temporary, { recursive: true, force: true });
    cpSync(from.directory, temporary, { recursive: true, verbatimSymlinks: true });
    renameSync(temporary, target);
  }
  return binariesIn(target);
}
