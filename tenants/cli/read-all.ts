/**
 * Reads several things, and tells of each that cannot be read.
 *
 * @param join makes one error of several; the error of one alone is thrown as it is
 */
export async function readAll<T>(
  reads: readonly Promise<T>[],
  join: (message: string) => Error,
): Promise<T[]> {
  const settled = await Promise.allSettled(reads);
  const failures = settled.flatMap((it) => (it.status === "rejected" ? [asError(it.reason)] : []));
  const [first] = failures;
  if (first !== undefined)
    throw failures.length === 1 ? first : join(failures.map(({ message }) => message).join("\n"));
  return settled.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
