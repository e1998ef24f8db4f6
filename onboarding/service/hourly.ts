import type { Logger } from "pino";
import type { Running } from "./worker-service";

const HOUR_MS = 3_600_000;

/**
 * Does something now and every hour, until it is closed. What fails is logged, and done again in an hour.
 *
 * @param what it is, as the log tells it
 */
export function hourly(what: string, log: Logger, work: () => Promise<void>): Running {
  const once = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.warn({ err: error }, `${what}: failed, and done again in an hour`);
    }
  };
  let working = once();
  const timer = setInterval(() => {
    working = working.then(once);
  }, HOUR_MS);
  timer.unref();
  return {
    close: () => {
      clearInterval(timer);
      return working;
    },
  };
}
