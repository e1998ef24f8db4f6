import { globMatches, type AccountSettings, type CallLog, type SettingsStore } from "../account";
import { AwsError } from "../framework/errors";

/** What an operation does to a resource; `invoke` for data sources. */
export type CallKind = "create" | "read" | "update" | "delete" | "invoke";

/** One call on the AWS API. */
export interface AwsCall {
  /** AWS service, such as `EC2`. */
  service: string;
  /** AWS operation, such as `CreateVpc`. */
  operation: string;
  kind: CallKind;
  /** Pulumi type or invoke token. */
  type: string;
  /** Pulumi's name of the resource, or its id. */
  resource: string;
  /** Seconds that AWS takes, before the latency factor. */
  seconds: number;
}

/** A call that AWS refused in the end, worded as the official provider words it. */
export class CallFailedError extends Error {
  override readonly name = "CallFailedError";

  constructor(
    readonly call: AwsCall,
    readonly reason: AwsError,
    attempts: number,
  ) {
    const tries = attempts > 1 ? `exceeded maximum number of attempts, ${attempts}, ` : "";
    super(
      `${VERBS[call.kind]} ${call.type} (${call.resource}): operation error ${call.service}: ${call.operation}, ${tries}` +
        `https response error StatusCode: ${reason.status}, api error ${reason.code}: ${reason.message}`,
      { cause: reason },
    );
  }

  /** AWS's error code. */
  get code(): string {
    return this.reason.code;
  }
}

const VERBS = {
  create: "creating",
  read: "reading",
  update: "updating",
  delete: "deleting",
  invoke: "invoking",
} satisfies Record<CallKind, string>;

/** The SDK's own default for the official provider (`max_retries`). */
export const DEFAULT_MAX_RETRIES = 25;

/** First pause of a retry without simulated latency, in milliseconds. The SDK's is about a second. */
const BASE_PAUSE_MS = 20;
const REAL_BASE_PAUSE_MS = 1_000;

/** Longest pause, as a multiple of the first; the SDK's longest is 20 s. */
const LONGEST_PAUSE = 100;
const REAL_LONGEST_PAUSE_MS = 20_000;

/** Makes calls as the AWS SDK does: through throttles, latency and faults, with retries. */
export class AwsCaller {
  constructor(
    private readonly settings: SettingsStore,
    private readonly log: CallLog,
    private readonly options: { maxRetries: number; signal: AbortSignal; random?: () => number },
  ) {}

  /**
   * Makes a call whose effect is given; an effect that was made although the call failed must find itself again.
   *
   * @throws {CallFailedError} If AWS refuses, at once or after all retries.
   */
  async call<T>(call: AwsCall, effect: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const settings = await this.settings.get();
      try {
        const result = await this.attempt(call, settings, effect);
        this.log.note({ ...call, outcome: "ok" });
        return result;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        this.log.note({ ...call, outcome: error.code });
        if (!error.retryable || attempt > this.options.maxRetries)
          throw new CallFailedError(call, error, attempt);
        await this.sleep(this.pause(attempt, settings.latencyFactor));
      }
    }
  }

  private async attempt<T>(call: AwsCall, settings: AccountSettings, effect: () => Promise<T>): Promise<T> {
    const throttle = settings.throttles.find((limit) => limit.service === call.service);
    if (throttle !== undefined && !(await this.settings.take(call.service))) {
      throw new AwsError(throttle.code, "Rate exceeded");
    }
    await this.strike("before", call, settings);
    await this.sleep(call.seconds * settings.latencyFactor * 1_000);
    const result = await effect();
    await this.strike("after", call, settings);
    return result;
  }

  private async strike(moment: "before" | "after", call: AwsCall, settings: AccountSettings): Promise<void> {
    for (const fault of settings.faults) {
      const hit =
        fault.moment === moment &&
        globMatches(fault.type, call.type) &&
        (globMatches(fault.operation, call.kind) || globMatches(fault.operation, call.operation)) &&
        this.random() < fault.probability;
      if (hit && (await this.settings.spend(fault)))
        throw new AwsError(fault.code, fault.message, fault.status);
    }
  }

  /** Exponential, with full jitter. */
  private pause(attempt: number, latencyFactor: number): number {
    const base = Math.max(BASE_PAUSE_MS, REAL_BASE_PAUSE_MS * latencyFactor);
    const longest = Math.max(BASE_PAUSE_MS * LONGEST_PAUSE, REAL_LONGEST_PAUSE_MS * latencyFactor);
    return this.random() * Math.min(longest, base * 2 ** (attempt - 1));
  }

  private random(): number {
    return (this.options.random ?? Math.random)();
  }

  private sleep(milliseconds: number): Promise<void> {
    const { signal } = this.options;
    signal.throwIfAborted();
    if (milliseconds <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        clearTimeout(timer);
        reject(new Error("The operation was cancelled."));
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", cancel);
        resolve();
      }, milliseconds);
      signal.addEventListener("abort", cancel, { once: true });
    });
  }
}
