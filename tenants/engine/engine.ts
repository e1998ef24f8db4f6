import { existsSync } from "node:fs";
import * as path from "node:path";
import {
  ProgramError,
  ResourceFailedError,
  StackLockedError,
  StackNotFoundError,
  UndecidedCreatesError,
} from "./errors";
import { type OperationPlan, runOperation } from "./operation";
import { OperationRunner, UNATTENDED } from "./runner";
import { refOf } from "./stack-reader";
import type {
  DestroyRequest,
  OperationRequest,
  OperationResult,
  ProgramRequest,
  RefreshRequest,
  StackRef,
  UpRequest,
} from "./types";
import { type OperationEnd, failureOf } from "./verdict";

/**
 * Runs Pulumi on stacks whose programs are functions of this process: one or two processes of the CLI an operation, its
 * policy packs kept warm between operations. Operations on different stacks may run at once; a second one on the same stack ends
 * with StackLockedError. Killing any process at any moment leaves a stack that the next `up` finishes.
 */
export class Engine extends OperationRunner {
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
      const state = this.mayExist(request) ? await this.stateOf(request) : undefined;
      // Before anything is created: much of what a killed run has created its provider would create again.
      await this.decideCreates(request, state);
      let plan = state === undefined ? creation : update;
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
      const failure = failureOf(end);
      if (failure instanceof ResourceFailedError && isCreating(end)) {
        // What a killed run had created already is in the way of its own second creation.
        if (await this.adopted(request, failure))
          end = await this.unlocked(request, () => runOperation(update));
      }
      const result = this.resultOf(end, started);
      const recovered = end.collector.interrupted;
      // What was not among the targets is not put right yet.
      return recovered.length === 0 || request.targets !== undefined
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
   * Removes a stack that has nothing and never had, as a killed preview leaves it; the CLI keeps one that has something by
   * then. Any other, one that another run is at among them, is left as it is.
   */
  async removeEmpty(request: OperationRequest): Promise<void> {
    if (!this.mayExist(request)) return;
    try {
      await this.exclusively(request, async () => {
        const { resources = [], pending_operations: pending = [] } = (await this.export(request)).deployment;
        if (resources.length + pending.length > 0) return;
        await this.manage(request, ["stack", "rm", this.nameOf(request), "--yes"]);
      });
    } catch (error) {
      if (!(error instanceof StackNotFoundError || error instanceof StackLockedError)) throw error;
    }
  }

  /**
   * Brings a stack's state to what its providers say is there.
   *
   * @throws StackNotFoundError, StackLockedError, ResourceFailedError, CancelledError or EngineError
   */
  refresh(request: RefreshRequest): Promise<OperationResult> {
    return this.exclusively(request, async () => {
      const started = Date.now();
      const { program, config, previewOnly = false } = request;
      if (!previewOnly) await this.decideCreates(request, await this.stateOf(request));
      const flags = [
        "refresh",
        ...(previewOnly ? ["--preview-only"] : [...UNATTENDED, "--clear-pending-creates"]),
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
   * @throws UndecidedCreatesError where all is deleted, and the stack still knows of killed creations that nothing else does
   * @throws StackNotFoundError, StackLockedError, ResourceFailedError, CancelledError or EngineError
   */
  destroy(request: DestroyRequest): Promise<OperationResult> {
    return this.exclusively(request, async () => {
      const started = Date.now();
      const { undecided } = await this.decideCreates(request, await this.stateOf(request));
      const remove = request.remove === true && undecided.length === 0;
      const flags = ["destroy", ...UNATTENDED, ...(remove ? ["--remove"] : [])];
      const end = await this.unlocked(request, () => runOperation(this.plan(request, () => flags)));
      const result = this.resultOf(end, started);
      if (request.remove === true && !remove) throw new UndecidedCreatesError(refOf(request), undecided);
      return result;
    });
  }

  /** Whether anything that a killed run had created was adopted. Where that cannot be told, the failure at hand is what counts. */
  private async adopted(request: UpRequest, { failures }: ResourceFailedError): Promise<boolean> {
    const refusals = new Map(failures.map(({ urn, reason }) => [urn, reason]));
    try {
      const { adopted } = await this.decideCreates(request, await this.stateOf(request), refusals);
      return adopted.length > 0;
    } catch {
      return false;
    }
  }

  /** A guess that saves a process: only a `file://` backend can be looked into. Both answers are put right where they are wrong. */
  private mayExist({ project, stack }: StackRef): boolean {
    const { directory } = this.engine.backend;
    if (directory === undefined) return true;
    const file = path.join(directory, ".pulumi", "stacks", project, `${stack}.json`);
    return [file, `${file}.gz`, `${file}.zst`].some((candidate) => existsSync(candidate));
  }

  /** Takes a new stack away that its program left empty, so that nobody takes it for one that is there. */
  private async forget(request: UpRequest): Promise<void> {
    const unsignalled = { ...request, signal: undefined, onEvent: undefined };
    await runOperation(this.plan(unsignalled, () => ["destroy", ...UNATTENDED, "--remove"]));
  }
}

/** Whether an operation touched nothing but the stack itself and its providers. */
function madeNothing({ collector }: OperationEnd): boolean {
  return collector.steps.every(({ type }) => /^pulumi:(pulumi:Stack$|providers:)/.test(type));
}

/** Whether a killed run had left creations under way. */
function isCreating({ collector }: OperationEnd): boolean {
  return collector.interrupted.some(({ operation }) => operation === "creating");
}

/** Another run made the stack while this one was about to. */
const STACK_EXISTS = /stack '[^']*' already exists/;

function parallelFlags({ parallel }: ProgramRequest): string[] {
  return parallel === undefined ? [] : [`--parallel=${parallel}`];
}

function secretsProviderFlags({ secretsProvider }: ProgramRequest): string[] {
  return secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
}
