import { existsSync } from "node:fs";
import * as path from "node:path";
import type { Environment } from "./environment";
import { type LockHolder, ProgramError, StackLockedError, StackNotFoundError } from "./errors";
import { isStale, parseLockHolders, removeLockFile } from "./lock";
import { type OperationPlan, runOperation } from "./operation";
import { AnalyzerPool } from "./policy/analyzer-pool";
import { StackReader, refOf } from "./stack-reader";
import type {
  DestroyRequest,
  InterruptedOperation,
  OperationRequest,
  OperationResult,
  ProgramRequest,
  RefreshRequest,
  StackRef,
  UpRequest,
} from "./types";
import { type OperationEnd, failureOf } from "./verdict";

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
}

const DEFAULTS = {
  analyzerUses: 500,
  isHolderGone: () => Promise.resolve(false),
} satisfies EngineOptions;

/** Flags of a change that asks nobody and shows no plan first. */
const UNATTENDED = ["--yes", "--skip-preview"] as const;

/**
 * Runs Pulumi on stacks whose programs are functions of this process: one process of the CLI an operation, its policy
 * packs kept warm between operations. Operations on different stacks may run at once; a second one on the same stack ends
 * with StackLockedError. Killing any process at any moment leaves a stack that the next `up` finishes.
 */
export class Engine extends StackReader {
  private readonly analyzers: AnalyzerPool;
  private readonly isHolderGone: (holder: LockHolder) => Promise<boolean>;
  /** Stacks that this engine is changing; the backend's lock covers everyone else. */
  private readonly busy = new Set<string>();

  /**
   * @throws EnvironmentError where the environment lacks the backend's URL
   * @throws EngineNotFoundError where the CLI is not on PATH
   */
  constructor(options: EngineOptions = {}) {
    super(options.environment ?? process.env);
    this.isHolderGone = options.isHolderGone ?? DEFAULTS.isHolderGone;
    this.analyzers = new AnalyzerPool({
      shared: this.engine.backend.diy,
      maxUses: options.analyzerUses ?? DEFAULTS.analyzerUses,
    });
  }

  /** Process ids of the policy packs that are kept warm. */
  get analyzerPids(): readonly number[] {
    return this.analyzers.pids;
  }

  /**
   * Brings a stack to what its program says; makes the stack where there is none.
   *
   * @throws StackLockedError, PolicyViolationError, ResourceFailedError, ProgramError, CancelledError or EngineError
   */
  up(request: UpRequest): Promise<OperationResult> {
    return this.exclusively(request, async () => {
      const started = Date.now();
      const options = [
        ...UNATTENDED,
        ...parallelFlags(request),
        ...(request.refresh === true ? ["--refresh"] : []),
        ...(request.targets ?? []).flatMap((urn) => ["--target", urn]),
      ];
      const update: OperationPlan = this.plan(request, () => ["up", ...options], request);
      // From a template the CLI makes the stack and brings it up in one process.
      const creation: OperationPlan = this.plan(
        request,
        (directory) => [
          "up",
          directory.project,
          "--skip-plugin-pre-install",
          ...options,
          ...secretsProviderFlags(request),
        ],
        request,
      );
      let plan = this.mayExist(request) ? update : creation;
      let end = await this.unlocked(request, () => runOperation(plan));
      if (failureOf(end) instanceof StackNotFoundError) {
        plan = creation;
        end = await runOperation(plan);
      } else if (STACK_EXISTS.test(end.exit.stderr)) {
        plan = update;
        end = await this.unlocked(request, () => runOperation(plan));
      }
      if (plan === creation && failureOf(end) instanceof ProgramError && madeNothing(end)) {
        await this.forget(request);
      }
      const result = this.resultOf(end, started);
      const recovered = end.collector.interrupted;
      return recovered.length === 0
        ? result
        : { ...result, recovered: await this.settle(request, recovered), durationMs: Date.now() - started };
    });
  }

  /**
   * Says what `up` would do, and what policies would say. A stack that does not exist is made for the time of the preview.
   *
   * @throws PolicyViolationError, ResourceFailedError, ProgramError, CancelledError or EngineError
   */
  async preview(request: ProgramRequest): Promise<OperationResult> {
    const started = Date.now();
    const plan = this.plan(request, () => ["preview", ...parallelFlags(request)], request);
    if (this.mayExist(request)) {
      const end = await runOperation(plan);
      if (!(failureOf(end) instanceof StackNotFoundError)) return this.resultOf(end, started);
    }
    return this.exclusively(request, async () => {
      await this.manage(request, [
        "stack",
        "init",
        this.nameOf(request),
        "--no-select",
        ...secretsProviderFlags(request),
      ]);
      try {
        return this.resultOf(await runOperation(plan), started);
      } finally {
        // An interruption must not leave behind what is there for the preview only.
        const unsignalled = { ...request, signal: undefined };
        await this.manage(unsignalled, ["stack", "rm", this.nameOf(request), "--yes"]);
      }
    });
  }

  /**
   * Brings a stack's state to what its providers say is there.
   *
   * @throws StackNotFoundError, StackLockedError, ResourceFailedError, CancelledError or EngineError
   */
  refresh(request: RefreshRequest): Promise<OperationResult> {
    return this.exclusively(request, async () => {
      const started = Date.now();
      const { program, config } = request;
      const flags = [
        "refresh",
        ...UNATTENDED,
        "--clear-pending-creates",
        ...(program === undefined ? [] : ["--run-program"]),
      ];
      const end = await this.unlocked(request, () =>
        runOperation(this.plan(request, () => flags, { program, config })),
      );
      return this.resultOf(end, started);
    });
  }

  /**
   * Deletes everything a stack has; with `remove` the stack too.
   *
   * @throws StackNotFoundError, StackLockedError, ResourceFailedError, CancelledError or EngineError
   */
  destroy(request: DestroyRequest): Promise<OperationResult> {
    return this.exclusively(request, async () => {
      const started = Date.now();
      const flags = ["destroy", ...UNATTENDED, ...(request.remove === true ? ["--remove"] : [])];
      const end = await this.unlocked(request, () => runOperation(this.plan(request, () => flags)));
      return this.resultOf(end, started);
    });
  }

  /** Ends what is kept warm. The engine must not be used afterwards. */
  close(): void {
    this.analyzers.close();
  }

  private plan(
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

  /** A guess that saves a process: only a `file://` backend can be looked into. Both answers are put right where they are wrong. */
  private mayExist({ project, stack }: StackRef): boolean {
    const { directory } = this.engine.backend;
    if (directory === undefined) return true;
    const file = path.join(directory, ".pulumi", "stacks", project, `${stack}.json`);
    return [file, `${file}.gz`, `${file}.zst`].some((candidate) => existsSync(candidate));
  }

  private async exclusively<T>(request: OperationRequest, body: () => Promise<T>): Promise<T> {
    const name = this.nameOf(request);
    if (this.busy.has(name)) throw new StackLockedError(refOf(request), undefined);
    this.busy.add(name);
    try {
      return await body();
    } finally {
      this.busy.delete(name);
    }
  }

  /** Takes a new stack away that its program left empty, so that nobody takes it for one that is there. */
  private async forget(request: UpRequest): Promise<void> {
    const unsignalled = { ...request, signal: undefined, onEvent: undefined };
    await runOperation(this.plan(unsignalled, () => ["destroy", ...UNATTENDED, "--remove"]));
  }

  /** Runs an operation; where only a dead run's lock is in its way, removes that lock and runs it again. */
  private async unlocked(request: OperationRequest, run: () => Promise<OperationEnd>): Promise<OperationEnd> {
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
  private async settle(
    request: UpRequest,
    interrupted: readonly InterruptedOperation[],
  ): Promise<readonly InterruptedOperation[]> {
    const flags = ["refresh", ...UNATTENDED, "--clear-pending-creates"];
    const failure = failureOf(await runOperation(this.plan(request, () => flags)));
    if (failure !== undefined) throw failure;
    return interrupted;
  }

  private resultOf(end: OperationEnd, started: number): OperationResult {
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

/** Whether an operation touched nothing but the stack itself and its providers. */
function madeNothing({ collector }: OperationEnd): boolean {
  return collector.steps.every(({ type }) => /^pulumi:(pulumi:Stack$|providers:)/.test(type));
}

/** Another run made the stack while this one was about to. */
const STACK_EXISTS = /stack '[^']*' already exists/;

function parallelFlags({ parallel }: ProgramRequest): string[] {
  return parallel === undefined ? [] : [`--parallel=${parallel}`];
}

function secretsProviderFlags({ secretsProvider }: ProgramRequest): string[] {
  return secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
}
