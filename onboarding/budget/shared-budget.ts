import type { Registry } from "../registry";
import { CallBudget, ProcessBudget } from "./call-budget";
import { timesOf } from "./pace";
import type { CallRates, PacedService } from "./rates";

/** Told where the registry does not answer; a pino logger will do. */
export interface BudgetLog {
  warn(fields: object, message: string): void;
}

/**
 * A budget that all workers of a registry share, who are taken to call one account. What each has reserved is in the
 * registry, so that nobody has to be asked and nothing has to be given back: of a worker that is killed, the turns it waited
 * for are lost, and no more.
 *
 * Where the registry does not answer, this process keeps the same rates by itself. The alternative, to wait or to fail,
 * would leave resources half made for the sake of a budget, and the state of affairs is short: a worker whose session on the
 * registry's database is lost ends.
 */
export class SharedBudget extends CallBudget {
  private readonly own: ProcessBudget;
  private alone = false;

  constructor(
    private readonly slots: Pick<Registry["callSlots"], "reserve">,
    rates: CallRates,
    private readonly log: BudgetLog,
  ) {
    super(rates);
    this.own = new ProcessBudget(rates);
  }

  async reserve(service: PacedService, calls: number): Promise<number> {
    const { gapMs, toleranceMs } = timesOf(this.rates[service]);
    try {
      const wait = await this.slots.reserve(service, { costMs: calls * gapMs, toleranceMs });
      this.alone = false;
      return wait;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!this.alone) this.log.warn({ service, reason }, "pacing calls to AWS without the other workers");
      this.alone = true;
      return this.own.reserve(service, calls);
    }
  }
}
