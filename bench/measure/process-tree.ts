import { readFileSync, readdirSync } from "node:fs";

/** Length of the kernel's clock tick in /proc, seconds: USER_HZ, 100 on every Linux that Node.js runs on. */
const TICK_SECONDS = 1 / 100;

/** A process as /proc tells of it. */
interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Its own CPU time and that of the children it has waited for, seconds. */
  readonly cpuSeconds: number;
}

/**
 * CPU time of a process tree so far, seconds: of each living process, and of every one that ended and was waited for by a
 * living one. Between two operations nothing but these is left, so a difference of two readings is what ran in between.
 *
 * @param root process id
 */
export function treeCpuSeconds(root: number): number {
  return tree(root).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/**
 * Memory of a process tree, bytes: the sum of proportional set sizes, in which a page that processes share counts once.
 *
 * @param root process id
 */
export function treePssBytes(root: number): number {
  return tree(root).reduce((sum, { pid }) => sum + pssBytes(pid), 0);
}

function tree(root: number): ProcessStat[] {
  const all = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => readStat(Number(entry)) ?? []);
  const withChildren = (pid: number): ProcessStat[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...withChildren(child.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...withChildren(root)];
}

function readStat(pid: number): ProcessStat | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // Behind the command's name, which may hold anything: state (3), parent (4), …, utime (14), stime, cutime, cstime.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, parent: Number(fields[1]), cpuSeconds: ticks * TICK_SECONDS };
}

function pssBytes(pid: number): number {
  const rollup = read(`/proc/${pid}/smaps_rollup`);
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup ?? "")?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** A process may end between its listing and its reading. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
