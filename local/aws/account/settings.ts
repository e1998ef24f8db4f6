import type { AccountConnection } from "./connection";

/** A fault that the account answers calls with. */
export interface Fault {
  /** Glob over type tokens, such as `aws:rds/*` or `*`. */
  type: string;
  /** Glob over `create`, `read`, `update`, `delete`, `invoke` and over AWS's own operation names. */
  operation: string;
  /** From 0 to 1. */
  probability: number;
  /** AWS error code; throttling codes and statuses of 500 and more are retried as the SDK does. */
  code: string;
  message: string;
  /** HTTP status. */
  status: number;
  /** Before the effect took place, or after it. */
  moment: "before" | "after";
  /** How many more times it strikes; `null` for ever. */
  remaining: number | null;
}

/** A stored fault with the number it is removed by. */
export interface StoredFault extends Fault {
  serial: number;
}

/** A rate limit on a service's calls, a token bucket shared by all processes. */
export interface Throttle {
  /** AWS service as definitions call it, such as `Route 53`. */
  service: string;
  /** Calls a second. */
  rate: number;
  /** Calls at once after a pause. */
  burst: number;
  /** AWS error code of a refused call. */
  code: string;
}

/** Everything that can be set about the account. */
export interface AccountSettings {
  /** 12 digits. */
  accountId: string;
  /** Multiplies the seconds AWS takes; 0 means none of them. */
  latencyFactor: number;
  /**
   * Whether it forgets who asked for a resource once the engine that asked is gone, as AWS does: what that engine made is then
   * not found again by the URN, and its name is taken. Without it an interrupted `pulumi up` can simply be run again.
   */
  forgetful: boolean;
  /** Quotas that differ from the AWS default, by key. */
  quotas: Readonly<Record<string, number>>;
  throttles: readonly Throttle[];
  faults: readonly StoredFault[];
}

/** The account number unless set. */
export const DEFAULT_ACCOUNT_ID = "123456789012";

/** How long a process works with settings it has read, in milliseconds. */
const CACHE_MS = 1_000;

/** Reads and changes the settings, which all processes of a local cloud share. */
export class SettingsStore {
  private cached: { at: number; settings: Promise<AccountSettings> } | undefined;

  constructor(private readonly connection: AccountConnection) {}

  /** The settings, at most a second old. */
  get(): Promise<AccountSettings> {
    if (this.cached === undefined || Date.now() - this.cached.at > CACHE_MS) {
      const settings = this.read();
      settings.catch(() => (this.cached = undefined));
      this.cached = { at: Date.now(), settings };
    }
    return this.cached.settings;
  }

  /** Sets one of the scalar settings. */
  async set(
    values: Partial<Pick<AccountSettings, "accountId" | "latencyFactor" | "forgetful">>,
  ): Promise<void> {
    const { accountId, latencyFactor } = values;
    if (accountId !== undefined && !/^\d{12}$/.test(accountId)) {
      throw new RangeError(`accountId is "${accountId}"; expected 12 digits.`);
    }
    if (latencyFactor !== undefined && !(latencyFactor >= 0)) {
      throw new RangeError(`latencyFactor is ${latencyFactor}; expected 0 or more.`);
    }
    for (const [name, value] of Object.entries(values)) {
      await this.change(
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
        [name, JSON.stringify(value)],
      );
    }
  }

  /** Sets a quota; `undefined` sets it back to the AWS default. */
  async setQuota(key: string, value: number | undefined): Promise<void> {
    if (value === undefined) return this.change("delete from quota where key = $1", [key]);
    if (!Number.isInteger(value) || value < 0)
      throw new RangeError(`quota ${key} is ${value}; expected 0 or more.`);
    return this.change(
      "insert into quota (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
      [key, value],
    );
  }

  /** Sets the rate limit of a service; `undefined` lifts it. */
  async setThrottle(service: string, throttle: Omit<Throttle, "service"> | undefined): Promise<void> {
    if (throttle === undefined) return this.change("delete from throttle where service = $1", [service]);
    return this.change(
      `insert into throttle (service, rate, burst, code, tokens) values ($1, $2, $3, $4, $3)
       on conflict (service) do update
       set rate = excluded.rate, burst = excluded.burst, code = excluded.code, tokens = excluded.tokens`,
      [service, throttle.rate, throttle.burst, throttle.code],
    );
  }

  /** Adds a fault and gives its number. */
  async addFault(fault: Fault): Promise<number> {
    if (!(fault.probability >= 0 && fault.probability <= 1)) {
      throw new RangeError(`probability is ${fault.probability}; expected a number from 0 to 1.`);
    }
    const added = await this.connection.query<{ serial: string }>(
      `insert into fault (type, operation, probability, code, message, status, moment, remaining)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning serial`,
      [
        fault.type,
        fault.operation,
        fault.probability,
        fault.code,
        fault.message,
        fault.status,
        fault.moment,
        fault.remaining,
      ],
    );
    this.cached = undefined;
    return Number(added.rows[0]?.serial);
  }

  /** Removes one fault, or all of them. */
  async removeFaults(serial?: number): Promise<void> {
    await (serial === undefined
      ? this.change("delete from fault", [])
      : this.change("delete from fault where serial = $1", [serial]));
  }

  /** Counts down a fault that strikes a limited number of times; `false` if it has none left. */
  async spend(fault: StoredFault): Promise<boolean> {
    if (fault.remaining === null) return true;
    const spent = await this.connection.query(
      "update fault set remaining = remaining - 1 where serial = $1 and remaining > 0",
      [fault.serial],
    );
    return spent.rowCount === 1;
  }

  /** Takes a call out of a service's bucket; `false` if it has to be refused. */
  async take(service: string): Promise<boolean> {
    const taken = await this.connection.query(
      `update throttle
       set tokens = least(burst, tokens + extract(epoch from clock_timestamp() - refilled_at) * rate) - 1,
           refilled_at = clock_timestamp()
       where service = $1
         and least(burst, tokens + extract(epoch from clock_timestamp() - refilled_at) * rate) >= 1`,
      [service],
    );
    return taken.rowCount === 1;
  }

  private async change(text: string, values: readonly unknown[]): Promise<void> {
    await this.connection.query(text, values);
    this.cached = undefined;
  }

  private async read(): Promise<AccountSettings> {
    const found = await this.connection.query<SettingsRow>(`
      select
        coalesce((select value #>> '{}' from setting where name = 'accountId'), '${DEFAULT_ACCOUNT_ID}') as "accountId",
        coalesce((select (value #>> '{}')::float8 from setting where name = 'latencyFactor'), 0) as "latencyFactor",
        coalesce((select (value #>> '{}')::boolean from setting where name = 'forgetful'), false) as forgetful,
        coalesce((select jsonb_object_agg(key, value) from quota), '{}') as quotas,
        coalesce((select jsonb_agg(jsonb_build_object(
          'service', service, 'rate', rate, 'burst', burst, 'code', code) order by service) from throttle), '[]') as throttles,
        coalesce((select jsonb_agg(to_jsonb(fault) order by serial) from fault), '[]') as faults`);
    const [row] = found.rows;
    if (row === undefined) throw new Error("The account's settings could not be read.");
    return row;
  }
}

type SettingsRow = AccountSettings;

/** Whether a glob (`*` for anything) matches a text, letters of either case. */
export function globMatches(glob: string, text: string): boolean {
  const pattern = glob.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join(".*")}$`, "i").test(text);
}
