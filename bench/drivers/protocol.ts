import { z } from "zod";

/** The three ways to bring tenants up. */
export const WAYS = ["engine", "plain", "cli"] as const;

/** A way to bring a tenant up. */
export type Way = (typeof WAYS)[number];

/** What a driver is asked: bring these tenants up, so many at once. */
export const driverRequest = z.object({ ids: z.array(z.string()), lanes: z.int() });

/** What it answers when they are up. */
export const driverAnswer = z.union([
  z.object({ ok: z.literal(true), wallSeconds: z.number() }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

/** What it answers when they are up. */
export type DriverAnswer = z.output<typeof driverAnswer>;

/** Serves one way in a process of its own, whose CPU and memory can then be told from the others'. */
export function serve(up: (id: string) => Promise<void>): void {
  process.on("message", (message) => {
    const { ids, lanes } = driverRequest.parse(message);
    const started = performance.now();
    const waiting = [...ids];
    const lane = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await up(id);
    };
    Promise.all(Array.from({ length: lanes }, lane)).then(
      () => answer({ ok: true, wallSeconds: (performance.now() - started) / 1000 }),
      (error: unknown) =>
        answer({ ok: false, error: error instanceof Error ? error.message : String(error) }),
    );
  });
}

function answer(value: DriverAnswer): void {
  process.send?.(value);
}

/** An environment variable that the bench sets for its drivers. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: a driver is started by the bench`);
  return value;
}
