const redrawMs = 200;
/** In plain mode, a step that goes on says so this often. */
const heartbeatMs = 20_000;

/** Shows the steps that run: live lines on a terminal, plain lines elsewhere. Writes to one stream, never to stdout. */
export class Progress {
  #stream;
  #live;
  #running = new Map();
  #drawn = 0;
  #timer;

  constructor(stream, plain = false) {
    this.#stream = stream;
    this.#live = !plain && stream.isTTY === true && !process.env.CI;
  }

  /**
   * Runs one step and shows it with its elapsed time and the last line it said.
   * @template T
   * @param {string} name
   * @param {(say: (line: string) => void) => Promise<T>} work
   * @param {{ quiet?: boolean }} options `quiet`: nothing is shown unless the step says something
   * @returns {Promise<T>}
   */
  async step(name, work, { quiet = false } = {}) {
    const step = { name, began: Date.now(), line: "", shown: !quiet, beat: Date.now() };
    this.#running.set(name, step);
    this.#start();
    if (step.shown) this.#plainLine(step, "started");
    try {
      const result = await work((line) => {
        step.line = line;
        if (!step.shown) {
          step.shown = true;
          this.#plainLine(step, line);
        }
      });
      this.#end(step, "done");
      return result;
    } catch (error) {
      this.#end(step, "not finished");
      throw error;
    }
  }

  /** Prints a line that stays. */
  note(line) {
    this.#erase();
    this.#stream.write(`${line}\n`);
  }

  /** Ends the display. */
  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#erase();
  }

  #start() {
    this.#timer ??= setInterval(() => this.#tick(), redrawMs).unref();
  }

  #end(step, outcome) {
    this.#running.delete(step.name);
    if (step.shown) this.note(`${elapsed(step)} ${step.name}: ${outcome}`);
    if (this.#running.size === 0) this.stop();
  }

  #tick() {
    if (this.#live) {
      this.#erase();
      const lines = [...this.#running.values()]
        .filter((step) => step.shown)
        .map((step) => this.#fit(describe(step)));
      this.#stream.write(lines.map((line) => `${line}\n`).join(""));
      this.#drawn = lines.length;
      return;
    }
    for (const step of this.#running.values()) {
      if (step.shown && Date.now() - step.beat >= heartbeatMs) {
        step.beat = Date.now();
        this.#stream.write(`${describe(step)}\n`);
      }
    }
  }

  #plainLine(step, text) {
    if (!this.#live) this.#stream.write(`${elapsed(step)} ${step.name}: ${text}\n`);
  }

  #erase() {
    if (this.#drawn > 0) this.#stream.write(`\x1b[${this.#drawn}A\x1b[0J`);
    this.#drawn = 0;
  }

  #fit(line) {
    return line.slice(0, (this.#stream.columns ?? 80) - 1);
  }
}

function describe(step) {
  return `${elapsed(step)} ${step.name}${step.line ? `: ${step.line}` : ""}`;
}

function elapsed(step) {
  const seconds = Math.round((Date.now() - step.began) / 1000);
  return `[${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, "0")}]`;
}
