/** Knows what runs in a worker: the operations, and the steps, which a worker that ends waits for. */
export class UnderWay {
  private steps = 0;
  private readonly operations = new Map<string, number>();
  private readonly waiting: (() => void)[] = [];

  /** Carries an operation out. */
  async during<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const count = (change: number): void => {
      const runs = (this.operations.get(operation) ?? 0) + change;
      if (runs > 0) this.operations.set(operation, runs);
      else this.operations.delete(operation);
    };
    count(+1);
    try {
      return await work();
    } finally {
      count(-1);
    }
  }

  /** Whether an operation is carried out here. */
  has(operation: string): boolean {
    return this.operations.has(operation);
  }

  /** A step begins; call `up` once it has let go. */
  begin(): { up(): void } {
    let held = true;
    this.steps += 1;
    return {
      up: () => {
        if (!held) return;
        held = false;
        this.steps -= 1;
        if (this.steps === 0) for (const tell of this.waiting.splice(0)) tell();
      },
    };
  }

  /** Resolves once no step runs, or the time is over. */
  async settled(milliseconds: number): Promise<void> {
    if (this.steps === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
  }
}
