import type { AccountConnection } from "./connection";

/** One AWS call as the account saw it. */
export interface Call {
  at: Date;
  service: string;
  operation: string;
  type: string;
  /** Pulumi's name of the resource, or the invoke's token. */
  resource: string;
  /** `ok`, or the AWS error code. */
  outcome: string;
}

/** How many calls the log keeps. */
const KEPT_CALLS = 50_000;

/** How long calls wait to be written together, in milliseconds. */
const FLUSH_MS = 200;

/** Log of the calls that all processes made. Written in batches, so that it costs next to nothing. */
export class CallLog {
  private waiting: Call[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly connection: AccountConnection) {}

  /** Notes a call. */
  note(call: Omit<Call, "at">): void {
    this.waiting.push({ at: new Date(), ...call });
    this.timer ??= setTimeout(() => void this.flush().catch(() => undefined), FLUSH_MS).unref();
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const calls = this.waiting;
    this.waiting = [];
    if (calls.length === 0) return;
    await this.connection.query(
      `insert into call (at, service, operation, type, resource, outcome)
       select * from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`,
      [
        calls.map((call) => call.at),
        calls.map((call) => call.service),
        calls.map((call) => call.operation),
        calls.map((call) => call.type),
        calls.map((call) => call.resource),
        calls.map((call) => call.outcome),
      ],
    );
    if (Math.random() < 0.02) {
      await this.connection.query("delete from call where serial <= (select max(serial) from call) - $1", [
        KEPT_CALLS,
      ]);
    }
  }

  /** The latest calls, oldest first. */
  async latest(limit: number): Promise<Call[]> {
    const found = await this.connection.query<Call>(
      `select at, service, operation, type, resource, outcome from
       (select * from call order by serial desc limit $1) latest order by serial`,
      [limit],
    );
    return found.rows;
  }

  /** How many calls of each operation ended how. */
  async summary(): Promise<{ service: string; operation: string; outcome: string; count: number }[]> {
    const found = await this.connection.query<{
      service: string;
      operation: string;
      outcome: string;
      count: number;
    }>(
      `select service, operation, outcome, count(*)::integer as count from call
       group by service, operation, outcome order by service, operation, outcome`,
    );
    return found.rows;
  }

  /** Empties the log. */
  async clear(): Promise<void> {
    await this.connection.query("delete from call");
  }
}
