import { type Resource, output } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { ResourceError, RunError, isGrpcError } from "@pulumi/pulumi/errors";
import * as log from "@pulumi/pulumi/log";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { setAllConfig } from "@pulumi/pulumi/runtime/config";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { runInPulumiStack } from "@pulumi/pulumi/runtime/stack";
import type { ChangeGate, OutputValue, Outputs } from "../types";
import { passThrough } from "./change-gate";
import { FailureScope } from "./failures";
import { withOwnLog } from "./log";
import { closeChannels, withLocalStorage } from "./sdk";

/** How a program ended. */
export interface ProgramRun {
  /** What it threw or left uncaught, in order; empty where it ended well or only its resources failed. */
  readonly errors: readonly Error[];
  /**
   * The engine's answer that ended it, where one did: of a resource that failed, which the engine tells of itself, or of an
   * engine that is gone.
   */
  readonly refusal: Error | undefined;
  /** Its outputs; undefined where it failed. */
  readonly outputs: Outputs | undefined;
}

/** A program, and what it is run with. */
export interface ProgramSetup {
  /** The stack's program. */
  readonly program: PulumiFn;
  /** Settings that the engine must not know in plain, by `package:key`. */
  readonly secretConfig: Readonly<Record<string, string>>;
  /** What its changes have to pass. Default: nothing. */
  readonly changeGate?: ChangeGate;
  /** Fires where the operation ends. */
  readonly ending: AbortSignal;
}

/**
 * Runs a program against the engine that asked for it, in a Pulumi state of its own. Does what the Automation API's own
 * language server does, with two differences: what goes uncaught fails this run only, and the outputs are kept with
 * their secretness, so that nobody has to ask the state for them afterwards.
 *
 * @param request the engine's request: where it listens, which stack, which configuration
 */
export async function runProgram(request: RunRequest, setup: ProgramSetup): Promise<ProgramRun> {
  return withLocalStorage(() => withOwnLog(() => runIsolated(request, setup)));
}

async function runIsolated(
  request: RunRequest,
  { program, secretConfig, changeGate, ending }: ProgramSetup,
): Promise<ProgramRun> {
  const [engineAddress = ""] = request.getArgsList();
  settings.resetOptions(
    request.getProject(),
    request.getStack(),
    request.getParallel(),
    engineAddress,
    request.getMonitorAddress(),
    request.getDryrun(),
    request.getOrganization(),
  );
  setAllConfig({ ...Object.fromEntries(request.getConfigMap().entries()), ...secretConfig }, [
    ...request.getConfigsecretkeysList(),
    ...Object.keys(secretConfig),
  ]);
  process.setMaxListeners(settings.getMaximumListeners());

  let returned: Record<string, unknown> = {};
  let outputs: Outputs | undefined;
  const failures = new FailureScope(report);
  await failures.run(async () => {
    try {
      await runInPulumiStack(async () => {
        if (changeGate !== undefined && !request.getDryrun()) passThrough(changeGate, ending);
        const result: unknown = await program();
        if (typeof result === "object" && result !== null) returned = { ...result };
        return result;
      });
      await settings.disconnect(true);
      outputs = await resolveOutputs(returned);
    } catch (error) {
      failures.add(error);
    } finally {
      // Once more where it ended well: an error that nobody caught may have been told since.
      await settings.disconnect(false).catch(() => undefined);
      closeChannels();
    }
  });
  const left = [...failures.errors];
  return {
    // A resource that failed reaches the program as an error of the channel to the engine, which knows it already.
    errors: left.filter((error) => !isGrpcError(error)),
    refusal: left.find(isGrpcError),
    outputs: left.length === 0 && !log.hasErrors() ? outputs : undefined,
  };
}

/** Shows an error in the engine's own words, as a program run by the CLI would. */
function report(error: Error): void {
  if (isGrpcError(error)) return;
  log.error(shownAs(error), resourceOf(error)).catch(() => undefined);
}

/** Without the stack where the program asked for that; its stack otherwise, for it says where the program went wrong. */
function shownAs(error: Error): string {
  const { message, stack = message } = error;
  if (ResourceError.isInstance(error) && error.hideStack === true) return message;
  return RunError.isInstance(error) ? message : stack;
}

function resourceOf(error: Error): Resource | undefined {
  return ResourceError.isInstance(error) ? error.resource : undefined;
}

async function resolveOutputs(returned: Record<string, unknown>): Promise<Outputs> {
  const entries = Object.entries(returned).filter(([, value]) => value !== undefined);
  const resolved: [string, OutputValue][] = await Promise.all(
    entries.map(async ([name, value]): Promise<[string, OutputValue]> => [name, await resolveOutput(value)]),
  );
  return Object.fromEntries(resolved);
}

async function resolveOutput(value: unknown): Promise<OutputValue> {
  const resolved = output(value);
  const [known, secret] = await Promise.all([settled(resolved, "isKnown"), settled(resolved, "isSecret")]);
  return { value: known ? await promiseOf(resolved) : undefined, secret, known };
}

/** Output's `isKnown`, `isSecret` and `promise` are there at run time but not in its public type. */
async function settled(of: object, flag: "isKnown" | "isSecret"): Promise<boolean> {
  return (await Reflect.get(of, flag)) === true;
}

function promiseOf(of: object): Promise<unknown> {
  const promise: unknown = Reflect.get(of, "promise");
  if (typeof promise !== "function")
    throw new Error("a Pulumi Output has no promise(): this version of the SDK is not supported");
  const value: unknown = Reflect.apply(promise, of, []);
  return Promise.resolve(value);
}
