import type { EngineEvent, OperationResult } from "../engine";
import { CancelledError } from "../engine";
import { EXIT, type ExitCode } from "./exit-codes";
import { asTenantError, failureOf } from "./failure";
import { type Interrupt, listenForInterrupt } from "./interrupt";
import { TENANTS_PROJECT } from "../../components/rules/projects";
import type { Reporter } from "./render/reporter";
import { runAll } from "./run-all";

/** What an operation on one tenant is given. */
export interface TenantOperation {
  readonly onEvent: (event: EngineEvent) => void;
  readonly signal: AbortSignal;
  readonly killSignal: AbortSignal;
}

/** One tenant's part of a command. */
export interface TenantTask {
  readonly tenant: string;
  readonly run: (operation: TenantOperation) => Promise<OperationResult>;
}

/**
 * Runs a command's operations, so many at once, and tells a reporter. One tenant's failure stops no other's operation;
 * an interruption stops them all and begins none.
 */
export async function runTasks(
  operation: string,
  tasks: readonly TenantTask[],
  concurrency: number,
  reporter: Reporter,
  onError: (error: unknown) => void,
): Promise<ExitCode> {
  const interrupt = listenForInterrupt((message) => reporter.note(message));
  try {
    return await runAll(tasks, concurrency, (task) => runTask(operation, task, interrupt, reporter, onError));
  } finally {
    interrupt.release();
    reporter.end();
  }
}

async function runTask(
  operation: string,
  { tenant, run }: TenantTask,
  { signal, killSignal }: Interrupt,
  reporter: Reporter,
  onError: (error: unknown) => void,
): Promise<ExitCode> {
  reporter.begin(tenant, operation);
  try {
    if (signal.aborted) throw new CancelledError({ project: TENANTS_PROJECT, stack: tenant }, false);
    const result = await run({ onEvent: (event) => reporter.event(tenant, event), signal, killSignal });
    reporter.done(tenant, result);
    return EXIT.ok;
  } catch (error) {
    const failure = failureOf(asTenantError(error, tenant));
    reporter.failed(tenant, failure);
    onError(error);
    return failure.code;
  }
}
