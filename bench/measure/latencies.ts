/** How long answers took, milliseconds. */
export class Latencies {
  private readonly all: number[] = [];

  /** How many there were. */
  get count(): number {
    return this.all.length;
  }

  /** Does something and notes how long it took. */
  async time<T>(work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    this.all.push(performance.now() - began);
    return result;
  }

  /**
   * The time that a share of the answers took at most. NaN where there was none.
   *
   * @param share above 0, up to 1: 0.99 for the 99th percentile, by the nearest rank
   */
  percentile(share: number): number {
    const sorted = [...this.all].sort((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
  }
}
