import { type ExitCode, worst } from "./exit-codes";

/**
 * Runs tasks in their order, so many at once.
 *
 * @param run never rejects: how a task ended badly is its exit code
 * @returns the exit code for all of them
 */
export async function runAll<T>(
  tasks: readonly T[],
  concurrency: number,
  run: (task: T) => Promise<ExitCode>,
): Promise<ExitCode> {
  const waiting = [...tasks];
  const codes: ExitCode[] = [];
  const worker = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) codes.push(await run(task));
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, tasks.length) }, worker));
  return worst(codes);
}
