import type { TenantEvent, Webhook } from "../registry/types";
import { type Schedule, backoff } from "./backoff";

/** An event that is this process's to send, for as long as its lease lasts. */
export interface ClaimedDelivery {
  readonly webhook: Webhook;
  /** Signs it; more than one while a secret is replaced, none where it cannot be opened. */
  readonly secrets: readonly string[];
  readonly event: TenantEvent;
  /** Attempts made before this one. */
  readonly attempts: number;
}

/**
 * The deliveries that are to be made. What makes them come at least once and in order is here: a delivery is gone from it
 * only once it succeeded or is dead, and what waits for its retry holds back what comes behind it.
 */
export interface DeliveryQueue {
  /**
   * Takes deliveries that are due: of each webhook and tenant at most one, the earliest event that is neither delivered nor
   * dead, and none while that one is claimed. A claim lasts 60 s, for its process may be killed.
   */
  claim(limit: number): Promise<readonly ClaimedDelivery[]>;
  /** It was taken; the next event of the tenant may go. */
  succeed(claim: ClaimedDelivery): Promise<void>;
  /** It was not. `dead` gives it up, and lets the next event of the tenant pass. */
  fail(claim: ClaimedDelivery, error: string, next: Date | "dead"): Promise<void>;
}

/** Told what cannot be told to anybody else; a pino logger will do. */
export interface DispatcherLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a dispatcher works with. */
export interface DispatcherOptions {
  readonly queue: DeliveryQueue;
  /** Makes one delivery; rejects where it was not taken. See `deliver`. */
  readonly send: (delivery: ClaimedDelivery) => Promise<void>;
  /** Default: 5 s to 24 h, then dead. */
  readonly schedule?: Schedule;
  readonly log: DispatcherLog;
  /** How many deliveries are under way at once. Default: 8. */
  readonly concurrency?: number;
  /** How often to look for what is due, milliseconds. Default: 1 s. */
  readonly pollMs?: number;
}

/** Longest error that is kept, in characters. */
const MAX_ERROR_LENGTH = 500;

const DEFAULT_CONCURRENCY = 8;
const DEFAULT_POLL_MS = 1000;

/**
 * Sends what is due, again and again. Any number of processes may run one on the same queue. An event that was sent may be
 * sent again, with the same id, where the process ends before it could write that down.
 */
export class WebhookDispatcher {
  private readonly options: Required<DispatcherOptions>;
  private readonly underWay = new Set<Promise<void>>();
  private loop: Promise<void> | undefined;
  private running = false;
  private woken = false;
  private wakeUp: () => void = () => undefined;

  constructor(options: DispatcherOptions) {
    this.options = {
      schedule: backoff,
      concurrency: DEFAULT_CONCURRENCY,
      pollMs: DEFAULT_POLL_MS,
      ...options,
    };
  }

  /** Begins; a second call changes nothing. */
  start(): void {
    if (this.running) return;
    this.running = true;
    this.loop = this.run();
  }

  /** Takes no more, and waits for what is under way: each delivery has a time limit of its own. */
  async stop(): Promise<void> {
    this.running = false;
    this.wake();
    await this.loop;
    await Promise.all(this.underWay);
  }

  /** Looks for what is due at once instead of at the next turn: there may be a new event. */
  wake(): void {
    this.woken = true;
    this.wakeUp();
  }

  private async run(): Promise<void> {
    while (this.running) {
      this.woken = false;
      const claimed = await this.claim();
      for (const delivery of claimed) this.begin(delivery);
      // Whoever ends wakes the loop: the next event of that tenant is due then.
      if (!this.woken) await this.pause();
    }
  }

  private async claim(): Promise<readonly ClaimedDelivery[]> {
    const { queue, log, concurrency } = this.options;
    const room = concurrency - this.underWay.size;
    if (room <= 0) return [];
    try {
      return await queue.claim(room);
    } catch (error) {
      log.error({ err: error }, "webhook deliveries cannot be claimed; trying again");
      return [];
    }
  }

  private begin(delivery: ClaimedDelivery): void {
    const work = this.attempt(delivery).finally(() => {
      this.underWay.delete(work);
      this.wake();
    });
    this.underWay.add(work);
  }

  private async attempt(delivery: ClaimedDelivery): Promise<void> {
    const { queue, send, log } = this.options;
    const fields = {
      webhookId: delivery.webhook.id,
      eventId: delivery.event.id,
      tenantId: delivery.event.tenantId,
    };
    try {
      const failure = await send(delivery).then(() => undefined, messageOf);
      if (failure === undefined) {
        await queue.succeed(delivery);
      } else {
        await this.failed(delivery, failure, fields);
      }
    } catch (error) {
      log.error(
        { ...fields, err: error },
        "a webhook delivery's end cannot be written down; it will be sent again",
      );
    }
  }

  private async failed(delivery: ClaimedDelivery, failure: string, fields: object): Promise<void> {
    const { queue, schedule, log } = this.options;
    const next = schedule(delivery.attempts + 1, new Date());
    const told = { ...fields, attempts: delivery.attempts + 1, failure, next };
    if (next === "dead") log.error(told, "a webhook delivery is given up");
    else log.warn(told, "a webhook delivery failed");
    await queue.fail(delivery, failure, next);
  }

  private async pause(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wakeUp = resolve;
      timer = setTimeout(resolve, this.options.pollMs);
    });
    clearTimeout(timer);
    this.wakeUp = () => undefined;
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MAX_ERROR_LENGTH);
}
