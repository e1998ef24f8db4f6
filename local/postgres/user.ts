import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import * as path from "node:path";

/** Whom PostgreSQL's processes run as. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** In this order; `nobody` is there on every Unix, so no user has to be added to the machine. */
const candidates = ["postgres", "nobody"];

/**
 * The user PostgreSQL must run as: undefined where that is simply the caller, someone else where the caller is root,
 * because PostgreSQL refuses to run as root.
 * @throws if the caller is root and the machine has no other user for it
 */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  for (const name of candidates) {
    const [uid, gid] = [id("-u", name), id("-g", name)];
    if (uid && gid) {
      return { uid, gid };
    }
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and this machine has none of the users ${candidates.join(", ")} to run it as. Add one, or start as another user.`,
  );
}

function id(flag: string, name: string): number | undefined {
  try {
    return Number(
      execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
  } catch {
    return undefined;
  }
}

/**
 * Whether a user that is not the owner can enter all folders on the way to `target`, itself included. Home folders
 * often forbid it, root's almost always does.
 */
export function canReach(user: ServerUser, target: string): boolean {
  for (let folder = path.resolve(target); ; folder = path.dirname(folder)) {
    if (!canEnter(user, folder)) {
      return false;
    }
    if (folder === path.dirname(folder)) {
      return true;
    }
  }
}

function canEnter(user: ServerUser, folder: string): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === user.uid) {
    return (mode & 0o100) !== 0;
  }
  return (mode & (gid === user.gid ? 0o010 : 0o001)) !== 0;
}
