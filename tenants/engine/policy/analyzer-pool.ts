import { Analyzer } from "./analyzer";
import { type CompiledPack, compiledPack } from "./pack";
import type { PolicyPack } from "../types";

/** The use of an analyzer for the time of an operation. */
export interface AnalyzerLease {
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** Gives it back. */
  release(): void;
}

/** How a pool shares. */
export interface AnalyzerPoolOptions {
  /**
   * Whether operations that run at once may use one analyzer. Safe where every stack configures it alike: an engine hands
   * a pack its configuration, which is part of the pool's key, and the stack's tags, which only a Pulumi service has.
   */
  readonly shared: boolean;
  /** How often an analyzer is used before a fresh one takes its place, so that what a pack leaks is given back. */
  readonly maxUses: number;
}

interface Entry {
  readonly key: string;
  readonly started: Promise<Analyzer>;
  users: number;
  uses: number;
  analyzer: Analyzer | undefined;
}

/** Analyzers that stay warm between operations: the pack is loaded once and not once an operation. */
export class AnalyzerPool {
  private readonly entries = new Set<Entry>();

  constructor(private readonly options: AnalyzerPoolOptions) {}

  /**
   * Lends an analyzer of a pack; undefined where the pack must be started the ordinary way: it is not compiled
   * JavaScript, or it did not start here, and then the CLI is to say why.
   *
   * @throws EngineError where there is no such pack
   */
  async lend(pack: PolicyPack): Promise<AnalyzerLease | undefined> {
    const compiled = compiledPack(pack.path);
    if (compiled === undefined) return undefined;
    const key = [compiled.main, compiled.version, pack.config ?? ""].join("\n");
    const entry = this.usable(key) ?? this.open(key, compiled);
    entry.users += 1;
    entry.uses += 1;
    try {
      const analyzer = await entry.started;
      let held = true;
      const release = (): void => {
        if (!held) return;
        held = false;
        entry.users -= 1;
        if (entry.users === 0 && (entry.uses >= this.options.maxUses || !analyzer.alive)) this.discard(entry);
      };
      return { port: analyzer.port, release };
    } catch {
      this.entries.delete(entry);
      return undefined;
    }
  }

  /** Process ids of the analyzers that are up. */
  get pids(): number[] {
    return [...this.entries].flatMap(({ analyzer }) => analyzer?.pid ?? []);
  }

  /** Ends them all. */
  close(): void {
    for (const entry of this.entries) this.discard(entry);
  }

  private usable(key: string): Entry | undefined {
    return [...this.entries].find(
      (entry) =>
        entry.key === key &&
        entry.uses < this.options.maxUses &&
        entry.analyzer?.alive !== false &&
        (this.options.shared || entry.users === 0),
    );
  }

  private open(key: string, pack: CompiledPack): Entry {
    for (const old of this.entries)
      if (old.users === 0 && old.analyzer?.alive === false) this.entries.delete(old);
    const started = Analyzer.start(pack);
    const entry: Entry = { key, started, users: 0, uses: 0, analyzer: undefined };
    this.entries.add(entry);
    started.then(
      (analyzer) => (entry.analyzer = analyzer),
      () => undefined,
    );
    return entry;
  }

  private discard(entry: Entry): void {
    this.entries.delete(entry);
    entry.started.then(
      (analyzer) => analyzer.stop(),
      () => undefined,
    );
  }
}
