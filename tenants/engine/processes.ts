import { readFileSync } from "node:fs";

/** What runs under a process id. */
interface ProcessStatus {
  /** Name of its program, at most 15 characters of it. */
  readonly program: string;
  /** Whether it is dead and only waits for its parent to notice. */
  readonly dead: boolean;
}

/**
 * Whether a process of this host is gone for certain: its id is free, or is another program's now.
 *
 * @param pid its process id
 * @param program what its program's name begins with
 */
export function isProcessGone(pid: number, program: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
  const status = statusOf(pid);
  return status !== undefined && (status.dead || !status.program.startsWith(program));
}

/** Name of this process's program, as the system tells it; "", with which every name begins, where it does not. */
export function ownProgram(): string {
  return statusOf(process.pid)?.program ?? "";
}

/** What runs under a process id; undefined where the system does not tell. */
function statusOf(pid: number): ProcessStatus | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return {
      program: /^Name:\t(.*)$/m.exec(status)?.[1] ?? "",
      dead: /^State:\t[ZX]/m.test(status),
    };
  } catch {
    return undefined;
  }
}
