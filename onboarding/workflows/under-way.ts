/** Counts the steps that run, so that a worker that ends can wait for them. */
export class UnderWay {
  private count = 0;
  private readonly waiting: (() => void)[] = [];

  /** A step begins; call `up` once it has let go. */
  begin(): { up(): void } {
    let held = true;
    this.count += 1;
    return {
      up: () => {
        if (!held) return;
        held = false;
        this.count -= 1;
        if (this.count === 0) for (const tell of this.waiting.splice(0)) tell();
      },
    };
  }

  /** Resolves once no step runs, or the time is over. */
  async settled(milliseconds: number): Promise<void> {
    if (this.count === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
  }
}
