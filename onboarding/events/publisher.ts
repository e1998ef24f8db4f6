import type { Registry } from "../registry";
import type { EventBus } from "./bus";

/** Told what cannot be told to anybody else; a pino logger will do. */
export interface PublisherLog {
  warn(fields: object, message: string): void;
}

/** What a publisher works with. */
export interface PublisherOptions {
  readonly sinks: Registry["sinks"];
  readonly bus: EventBus;
  /** Which bus it is: how far the events of each have come is kept under its name. */
  readonly name: string;
  readonly log: PublisherLog;
  /** How often to look for new events, milliseconds. Default: 1 s. */
  readonly pollMs?: number;
}

/** Events that are published at once: what one PutEvents takes. */
const BATCH = 10;

const DEFAULT_POLL_MS = 1000;

/** Longest pause after a failure, milliseconds. */
const MAX_PAUSE_MS = 60_000;

/**
 * Publishes every event to a bus, in order and at least once. Any number of processes may run one for the same bus; one at
 * a time publishes. An event that was taken may come again, with the same id, where a process ends before it has written
 * that down.
 */
export class EventBusPublisher {
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(private readonly options: PublisherOptions) {}

  /** Begins; a second call changes nothing. */
  start(): void {
    this.loop ??= this.run();
  }

  /** Publishes no more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    const { sinks, bus, name, log, pollMs = DEFAULT_POLL_MS } = this.options;
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      let published = 0;
      try {
        published = await sinks.advance(name, BATCH, (events) => bus.publish(events));
        failures = 0;
      } catch (error) {
        failures += 1;
        log.warn(
          { bus: name, failures, reason: messageOf(error) },
          "events cannot be published; trying again",
        );
      }
      // A full batch is followed by the next at once.
      if (published < BATCH) await this.pause(Math.min(pollMs * 2 ** Math.min(failures, 16), MAX_PAUSE_MS));
    }
  }

  private pause(milliseconds: number): Promise<void> {
    const { signal } = this.stopping;
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener("abort", end);
      if (signal.aborted) end();
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
