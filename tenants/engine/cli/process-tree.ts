import { readFileSync, readdirSync } from "node:fs";

/** A process as /proc tells of it. */
interface Process {
  readonly pid: number;
  readonly parent: number;
}

/**
 * Kills a process and all that descend from it. Where there is no /proc, it kills the process alone; its plugins then
 * notice its absence themselves.
 *
 * @param root process id
 */
export function killTree(root: number): void {
  for (const pid of [...descendants(root, processes()), root]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

/** Every process that descends from `root`, the deepest first. */
export function descendants(root: number, all: readonly Process[]): number[] {
  return all.filter(({ parent }) => parent === root).flatMap(({ pid }) => [...descendants(pid, all), pid]);
}

function processes(): Process[] {
  try {
    return readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((entry) => {
        const stat = readStat(entry);
        return stat === undefined ? [] : [{ pid: Number(entry), parent: stat }];
      });
  } catch {
    return [];
  }
}

function readStat(pid: string): number | undefined {
  try {
    // Behind the command's name, which may itself hold spaces and parentheses: state, then the parent's id.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
