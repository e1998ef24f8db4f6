import type { CallRate } from "./rates";

/** The times that a rate comes down to, milliseconds. */
export function timesOf({ perSecond, burst }: CallRate): { gapMs: number; toleranceMs: number } {
  const gapMs = 1000 / perSecond;
  return { gapMs, toleranceMs: (burst - 1) * gapMs };
}

/** Gives out the turns of one rate within a process, in the order in which they are asked for. */
export class Pace {
  private readonly gapMs: number;
  private readonly toleranceMs: number;
  /** When the next call is due, were there no burst. */
  private next = 0;

  constructor(
    rate: CallRate,
    private readonly now: () => number = () => performance.now(),
  ) {
    ({ gapMs: this.gapMs, toleranceMs: this.toleranceMs } = timesOf(rate));
  }

  /** Gives out the next turn, for so many calls; the milliseconds until it comes. */
  reserve(calls: number): number {
    const now = this.now();
    const at = Math.max(this.next, now - this.toleranceMs);
    this.next = at + calls * this.gapMs;
    return Math.max(0, at - now);
  }
}
