/** Times of a heartbeat, milliseconds. */
export interface HeartbeatTimes {
  /** Pause between two. */
  readonly heartbeatMs: number;
  /** It is lost where the last one that was answered was sent so long ago. */
  readonly giveUpMs: number;
}

/** Asks again and again, and tells where no answer comes any more. */
export class Heartbeat {
  private next: NodeJS.Timeout | undefined;
  private deadline: NodeJS.Timeout | undefined;
  private stopped = false;
  private failure: Error | undefined;

  /**
   * @param beat asks once; one that fails is as one that is not answered
   * @param onLost called once, with the last failure
   */
  constructor(
    private readonly times: HeartbeatTimes,
    private readonly beat: () => Promise<void>,
    private readonly onLost: (error: Error) => void,
  ) {}

  /**
   * Starts it.
   *
   * @param sent when the last answered question was sent, as `performance.now()` told it
   */
  start(sent: number): void {
    if (this.stopped) return;
    this.failure = undefined;
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.giveUp(), this.times.giveUpMs - (performance.now() - sent));
    this.wait();
  }

  /** Ends it. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.next);
    clearTimeout(this.deadline);
  }

  private wait(): void {
    if (!this.stopped) this.next = setTimeout(() => void this.ask(), this.times.heartbeatMs);
  }

  private async ask(): Promise<void> {
    const sent = performance.now();
    try {
      await this.beat();
      this.start(sent);
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.wait();
    }
  }

  private giveUp(): void {
    this.stop();
    const why = this.failure === undefined ? "" : `: ${this.failure.message}`;
    this.onLost(
      new Error(`no heartbeat was answered for ${this.times.giveUpMs / 1000} s${why}`, {
        cause: this.failure,
      }),
    );
  }
}
