/** How often the rows are drawn again, milliseconds. */
const FRAME_MS = 120;
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** The terminal's side of it: what {@link process.stderr} offers. */
export interface Terminal {
  readonly columns?: number;
  write(text: string): unknown;
}

/** Rows drawn in place at a terminal, each behind a spinner; what stays to be read is above them. */
export class LiveRows {
  private readonly rows = new Map<string, () => string>();
  private drawn = 0;
  private frame = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly terminal: Terminal) {}

  /** Adds a row, or replaces it; `text` is asked again at every drawing. */
  set(key: string, text: () => string): void {
    this.rows.set(key, text);
    this.timer ??= setInterval(() => this.draw(), FRAME_MS);
  }

  /** Takes a row away. */
  delete(key: string): void {
    this.rows.delete(key);
  }

  /** Writes a line that stays. */
  say(text: string): void {
    this.erase();
    this.terminal.write(`${text}\n`);
    this.draw();
  }

  /** Draws no more, and leaves no row behind. */
  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.erase();
  }

  private draw(): void {
    this.erase();
    this.frame += 1;
    const mark = SPINNER[this.frame % SPINNER.length] ?? "";
    const width = (this.terminal.columns ?? 80) - 1;
    const lines = [...this.rows.values()].map((text) => `${mark} ${text()}`.slice(0, width));
    if (lines.length > 0) this.terminal.write(`${lines.join("\n")}\n`);
    this.drawn = lines.length;
  }

  private erase(): void {
    if (this.drawn > 0) this.terminal.write(`\x1b[${this.drawn}A\x1b[J`);
    this.drawn = 0;
  }
}
