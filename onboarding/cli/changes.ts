import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, type ExitCode } from "../../tenants/cli/exit-codes";
import { runAll } from "../../tenants/cli/run-all";
import type { Accepted, Operation, TenantryClient, WatchedProgress } from "../client";
import { InterruptedError, OperationFailedError, failureOf } from "./failure";
import { isOpen } from "./open";
import type { ChangeReporter } from "./render/reporter";
import type { Surroundings } from "./surroundings";

/** One tenant's part of a command. */
export interface ChangeTask {
  /** The tenant's id, or an operation's. */
  readonly subject: string;
  /** Asks the API for it; undefined where there is nothing to change. */
  readonly ask: () => Promise<Accepted | undefined>;
}

/** What changes are run with. */
export interface ChangeRun {
  readonly client: TenantryClient;
  readonly reporter: ChangeReporter;
  readonly surroundings: Surroundings;
  /** Whether to wait for the operations to end. */
  readonly wait: boolean;
  /** Told of each error besides the reporter, for `--debug`. */
  readonly onError: (error: unknown) => void;
}

/** How many are followed at once: the API lets a client have ten streams. */
const CONCURRENCY = 8;

/** Pause before a stream that ended early is looked at again, milliseconds. */
const AGAIN_MS = 1000;

/**
 * Asks for changes and follows their operations to the end. One tenant's failure stops no other's change. Ctrl-C stops the
 * waiting, not what was asked for, and asks for no more.
 *
 * @param verb the change, such as `onboard`
 */
export async function runChanges(
  verb: string,
  tasks: readonly ChangeTask[],
  run: ChangeRun,
): Promise<ExitCode> {
  const interrupt = run.surroundings.listenForInterrupt();
  try {
    return await runAll(tasks, CONCURRENCY, (task) => runChange(verb, task, run, interrupt.signal));
  } finally {
    interrupt.release();
    run.reporter.end();
  }
}

async function runChange(
  verb: string,
  { subject, ask }: ChangeTask,
  { client, reporter, wait, onError }: ChangeRun,
  signal: AbortSignal,
): Promise<ExitCode> {
  reporter.begin(subject, verb);
  try {
    if (signal.aborted) throw new InterruptedError("interrupted before it was asked for");
    const accepted = await ask();
    if (accepted === undefined) {
      reporter.unchanged(subject);
    } else if (accepted.kind === "plan") {
      reporter.planned(subject, accepted.plan);
    } else {
      reporter.accepted(subject, accepted.operation, wait);
      if (!wait) return EXIT.ok;
      const onLine = (line: WatchedProgress): void => reporter.progress(subject, line);
      tellEnd(subject, await follow(client, accepted.operation, signal, onLine), reporter);
    }
    return EXIT.ok;
  } catch (error) {
    const failure = failureOf(error);
    reporter.failed(subject, failure);
    onError(error);
    return failure.code;
  }
}

/** Follows an operation to its end. A dry run that took long ends here, too. */
async function follow(
  client: TenantryClient,
  operation: Operation,
  signal: AbortSignal,
  onLine: (line: WatchedProgress) => void,
): Promise<Operation> {
  let after: number | undefined;
  try {
    for (;;) {
      for await (const line of client.watch(operation.id, { signal, after })) {
        after = line.sequence;
        onLine(line);
      }
      const now = await client.operation(operation.id);
      if (!isOpen(now)) {
        if (now.status === "succeeded") return now;
        throw new OperationFailedError(now);
      }
      await sleep(AGAIN_MS, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new InterruptedError(
      `no longer waited for; operation ${operation.id} goes on: tenantry watch ${operation.id}`,
      { cause: error },
    );
  }
}

function tellEnd(subject: string, operation: Operation, reporter: ChangeReporter): void {
  const { id: operationId, tenantId, kind, status, input, result } = operation;
  if (kind === "plan" && status === "succeeded" && result !== undefined) {
    reporter.planned(subject, { operationId, tenantId, planned: input.planned, plan: result });
  } else {
    reporter.done(subject, operation);
  }
}
