/** How long to wait after the first, second, … failed attempt, in seconds: 5 s to 24 h, 41 hours in all. */
export const RETRY_SECONDS = [5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600] as const;

/** How much later than planned a retry may be, as a part of the wait, so that what failed together does not come together. */
const JITTER = 0.2;

/** Says when to try again after a failure. */
export type Schedule = (failures: number, now: Date) => Date | "dead";

/**
 * When to try a delivery again.
 *
 * @param failures how many attempts have failed, the present one among them; at least 1
 * @param now when it failed
 * @param random a number from 0 to 1; default: a random one
 * @returns `dead` where there have been enough
 */
export function backoff(failures: number, now: Date, random: number = Math.random()): Date | "dead" {
  const seconds = RETRY_SECONDS[failures - 1];
  return seconds === undefined ? "dead" : new Date(now.getTime() + seconds * 1000 * (1 + JITTER * random));
}
