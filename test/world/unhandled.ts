/**
 * Fails a test that leaves a rejected promise to nobody. Mocha hands such rejections on to who else listens, and forgets
 * them where nobody does: an operation that failed at once then shows as whatever was waited for in vain.
 */
const left: unknown[] = [];

process.on("unhandledRejection", (reason) => {
  // Whoever else listens has taken it for its own, as a program's run does with what its program left behind.
  if (process.listenerCount("unhandledRejection") === 1) left.push(reason);
});

export const mochaHooks = {
  afterEach(): void {
    const reasons = left.splice(0);
    if (reasons.length === 0) return;
    throw new AggregateError(
      reasons,
      `nobody waited for what failed with: ${reasons.map(String).join("; ")}`,
    );
  },
};
