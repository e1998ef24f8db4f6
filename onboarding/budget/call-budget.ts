import { setTimeout as sleep } from "node:timers/promises";
import { Pace } from "./pace";
import { CALL_RATES, type CallRates, type PacedService } from "./rates";

/** What calls to AWS are taken from, a service. */
export abstract class CallBudget {
  constructor(readonly rates: CallRates) {}

  /**
   * Waits until so many calls may be made; turns come in the order in which they are asked for.
   *
   * @throws AbortError where the signal fires before that; the turn is lost
   */
  async take(service: PacedService, calls = 1, signal?: AbortSignal): Promise<void> {
    const wait = await this.reserve(service, calls);
    if (wait > 0) await sleep(wait, undefined, { signal });
  }

  /** Gives out the next turn; the milliseconds until it comes. Who does not wait for it still makes others wait. */
  abstract reserve(service: PacedService, calls: number): Promise<number>;
}

/** A budget of this process alone. */
export class ProcessBudget extends CallBudget {
  private readonly paces = new Map<PacedService, Pace>();

  /** @param rates default: {@link CALL_RATES} */
  constructor(rates: CallRates = CALL_RATES) {
    super(rates);
  }

  reserve(service: PacedService, calls: number): Promise<number> {
    const pace = this.paces.get(service) ?? new Pace(this.rates[service]);
    this.paces.set(service, pace);
    return Promise.resolve(pace.reserve(calls));
  }
}
