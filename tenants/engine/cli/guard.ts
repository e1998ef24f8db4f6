import { spawn } from "node:child_process";

/** How long a CLI whose engine is gone may take to record what is under way, milliseconds, before it is killed. */
export const ORPHAN_GRACE_MS = 5_000;

/**
 * Waits for a line; where the pipe ends without one, its writer was killed. A shell is what every host has, and costs a
 * hundredth of what an operation does. Everything of the CLI's session goes, as its plugins have process groups of their own;
 * where there is no /proc they notice the CLI's absence themselves.
 */
const SCRIPT = `
read -r done && exit
kill -INT "$0" 2>/dev/null || exit
waited=0
while kill -0 "$0" 2>/dev/null && [ "$waited" -lt ${ORPHAN_GRACE_MS / 100} ]; do
  sleep 0.1
  waited=$((waited + 1))
done
for process in /proc/[0-9]*; do
  read -r stat 2>/dev/null <"$process/stat" || continue
  set -- \${stat##*) }
  [ "$4" = "$0" ] && kill -KILL "\${process#/proc/}" 2>/dev/null
done
kill -KILL "$0" 2>/dev/null
`;

/**
 * Has a process of the CLI, the leader of its session, end soon after this process does, however this one ends.
 *
 * @param cli its process id
 * @returns what to call once it has ended by itself
 */
export function guard(cli: number): () => void {
  const shell = spawn("/bin/sh", ["-c", SCRIPT, String(cli)], {
    // What ends this process's group must not end what watches it.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without a shell an orphaned CLI goes on until what is under way is done, which does no harm to the state.
  shell.on("error", () => undefined);
  shell.stdin.on("error", () => undefined);
  shell.unref();
  return () => shell.stdin.end("done\n");
}
