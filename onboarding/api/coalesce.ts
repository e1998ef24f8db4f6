/**
 * Has something costly done once for all who ask at the same time, and for who asks soon after; a failure, too.
 *
 * @param keepMs how long an answer is given again, in milliseconds from when it came
 * @param now milliseconds since any one moment. Default: the process's own clock
 */
export function coalesced<T>(
  work: () => Promise<T>,
  keepMs: number,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let current: { readonly answer: Promise<T>; cameAt?: number } | undefined;
  return () => {
    if (current?.cameAt !== undefined && now() - current.cameAt >= keepMs) current = undefined;
    if (current === undefined) {
      const begun: { readonly answer: Promise<T>; cameAt?: number } = { answer: work() };
      const came = (): void => void (begun.cameAt = now());
      begun.answer.then(came, came);
      current = begun;
    }
    return current.answer;
  };
}
