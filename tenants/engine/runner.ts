import { z } from "zod";
import type { Environment } from "./environment";
import { type LockHolder, StackLockedError, StackNotFoundError } from "./errors";
import { isStale, parseLockHolders, removeLockFile } from "./lock";
import { type OperationPlan, runOperation } from "./operation";
import { loadSearchProgram } from "./host/lazy.cjs";
import { type Decided, type ImportFile, type Recognize, type Search, decideCreates } from "./pending";
import { AnalyzerPool } from "./policy/analyzer-pool";
import { StackReader, refOf } from "./stack-reader";
import type { ExportedStack, StateResource } from "./state";
import type { InterruptedOperation, OperationRequest, OperationResult, UpRequest } from "./types";
import { type OperationEnd, failureOf } from "./verdict";
import type { WorkDirectory } from "./workspace";

/** How an engine is set up. */
export interface EngineOptions {
  /** The environment its operations start from. Default: this process's. */
  readonly environment?: Environment;
  /** How often a policy pack's process is used before a fresh one takes its place. Default: 500. */
  readonly analyzerUses?: number;
  /**
   * Whether who holds a lock from another host is gone for certain: then the lock is removed. Default: nobody is, as only
   * this host's processes can be looked at.
   */
  readonly isHolderGone?: (holder: LockHolder) => Promise<boolean>;
  /** How it is told whether a killed creation took place. Default: of no type. */
  readonly recognize?: Recognize;
}

const DEFAULTS = {
  analyzerUses: 500,
  isHolderGone: () => Promise.resolve(false),
  recognize: () => undefined,
} satisfies EngineOptions;

/** Flags of a change that asks nobody and shows no plan first. */
export const UNATTENDED = ["--yes", "--skip-preview"] as const;

/** What every change of a stack needs: one at a time, dead runs' locks out of the way, and what they left under way decided. */
export class OperationRunner extends StackReader {
  private readonly analyzers: AnalyzerPool;
  private readonly isHolderGone: (holder: LockHolder) => Promise<boolean>;
  private readonly recognize: Recognize;
  /** Stacks that this engine is changing; the backend's lock covers everyone else. */
  private readonly busy = new Set<string>();

  /**
   * @throws EnvironmentError where the environment lacks the backend's URL
   * @throws EngineNotFoundError where the CLI is not on PATH
   */
  constructor(options: EngineOptions = {}) {
    super(options.environment ?? process.env);
    this.isHolderGone = options.isHolderGone ?? DEFAULTS.isHolderGone;
    this.recognize = options.recognize ?? DEFAULTS.recognize;
    this.analyzers = new AnalyzerPool({
      shared: this.engine.backend.diy,
      maxUses: options.analyzerUses ?? DEFAULTS.analyzerUses,
    });
  }

  /** Process ids of the policy packs that are kept warm. */
  get analyzerPids(): readonly number[] {
    return this.analyzers.pids;
  }

  /** Ends what is kept warm. The engine must not be used afterwards. */
  close(): void {
    this.analyzers.close();
  }

  /** Plans an operation. */
  protected plan(
    request: OperationRequest,
    command: OperationPlan["command"],
    {
      program,
      config,
      policyPacks,
      changeGate,
    }: Partial<Pick<UpRequest, "program" | "config" | "policyPacks" | "changeGate">> = {},
  ): OperationPlan {
    const { engine, ambient, analyzers } = this;
    return { engine, ambient, analyzers, request, command, program, config, policyPacks, changeGate };
  }

  /** Does something to a stack while this engine does nothing else to it. */
  protected async exclusively<T>(request: OperationRequest, body: () => Promise<T>): Promise<T> {
    const name = this.nameOf(request);
    if (this.busy.has(name)) throw new StackLockedError(refOf(request), undefined);
    this.busy.add(name);
    try {
      return await body();
    } finally {
      this.busy.delete(name);
    }
  }

  /** Runs an operation; where only a dead run's lock is in its way, removes that lock and runs it again. */
  protected async unlocked(
    request: OperationRequest,
    run: () => Promise<OperationEnd>,
  ): Promise<OperationEnd> {
    const end = await run();
    const holders = end.exit.code === 0 ? undefined : parseLockHolders(end.exit.stderr);
    if (holders === undefined || holders.length === 0) return end;
    for (const holder of holders) {
      if (!isStale(holder) && !(await this.isHolderGone(holder))) return end;
    }
    if (!holders.map(removeLockFile).every(Boolean))
      await this.manage(request, ["cancel", this.nameOf(request), "--yes"]);
    return run();
  }

  /**
   * Clears what a killed run left pending, once an `up` has put it right: the program's resources are all there now, so
   * what is left is a note that nobody needs. Whether a killed creation had taken place elsewhere only its provider knows;
   * a refresh asks it.
   */
  protected async settle(
    request: OperationRequest,
    interrupted: readonly InterruptedOperation[],
  ): Promise<readonly InterruptedOperation[]> {
    const flags = ["refresh", ...UNATTENDED, "--clear-pending-creates"];
    const failure = failureOf(await runOperation(this.plan(request, () => flags)));
    if (failure !== undefined) throw failure;
    return interrupted;
  }

  /** Asks the providers what became of creations that a killed run left under way, and adopts those that took place. */
  protected async decideCreates(
    request: OperationRequest,
    state: ExportedStack | undefined,
    refusals: ReadonlyMap<string, string> = new Map(),
  ): Promise<Decided> {
    const run = (file: ImportFile, flags: readonly string[]): Promise<OperationEnd> => {
      const command = (directory: WorkDirectory): string[] => [
        "import",
        "--file",
        directory.writeImport(file),
        "--protect=false",
        "--generate-code=false",
        ...flags,
      ];
      return this.unlocked(request, () => runOperation(this.plan(request, command)));
    };
    return decideCreates(state, this.recognize, {
      refusals,
      find: (search, provider) => this.find(request, search, provider),
      read: async (file, urn) => {
        const end = await run(file, ["--preview-only"]);
        const failure = failureOf(end);
        if (failure !== undefined && !NOT_THERE.test(failure.message)) throw failure;
        return end.collector.read.get(urn);
      },
      adopt: async (file) => {
        const failure = failureOf(await run(file, UNATTENDED));
        if (failure !== undefined) throw failure;
      },
    });
  }

  /** Asks a provider's function, in a preview of a program that makes nothing: it neither locks nor changes the stack. */
  private async find(
    request: OperationRequest,
    search: Search,
    provider: StateResource | undefined,
  ): Promise<readonly string[]> {
    const { FOUND, searchProgram } = loadSearchProgram();
    const program = searchProgram(search, provider);
    const end = await runOperation(
      this.plan({ ...request, onEvent: undefined }, () => ["preview"], { program }),
    );
    const failure = failureOf(end);
    if (failure !== undefined) throw failure;
    return search.idsOf(found.parse(end.programRun?.outputs?.[FOUND]?.value));
  }

  /** A stack's state; undefined where there is no stack. */
  protected async stateOf(request: OperationRequest): Promise<ExportedStack | undefined> {
    try {
      return await this.export(request);
    } catch (error) {
      if (error instanceof StackNotFoundError) return undefined;
      throw error;
    }
  }

  /** An operation's result; throws where it failed. */
  protected resultOf(end: OperationEnd, started: number): OperationResult {
    const failure = failureOf(end);
    if (failure !== undefined) throw failure;
    const { changes, steps, violations } = end.collector;
    return {
      changes,
      changed: Object.keys(changes).some((operation) => operation !== "same" && operation !== "read"),
      steps,
      outputs: end.programRun?.outputs ?? {},
      violations,
      recovered: [],
      durationMs: Date.now() - started,
    };
  }
}

const found = z.record(z.string(), z.unknown());

/** The CLI's words for what cannot be imported as it is not there (pkg/resource/deploy/step.go). */
const NOT_THERE = /resource '[^']*' does not exist/;
