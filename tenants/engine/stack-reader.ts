import { z } from "zod";
import { type CliExit, runCli } from "./cli/process";
import { Collector } from "./collector";
import { type EngineEnvironment, type Environment, readEnvironment } from "./environment";
import { cliEnvironment, qualifiedName } from "./operation";
import { type ExportedStack, countResources, outputsOf, parseExportedStack } from "./state";
import type {
  LastOperation,
  OperationRequest,
  Outputs,
  StackDescription,
  StackRef,
  StackSummary,
} from "./types";
import { failureOf } from "./verdict";
import { WorkDirectory } from "./workspace";

const listedStack = z.array(
  z.object({
    name: z.string(),
    lastUpdate: z.string().optional(),
    resourceCount: z.number().optional(),
  }),
);

const history = z.array(z.object({ kind: z.string(), result: z.string(), endTime: z.string().optional() }));

/** Reads stacks from the backend: one process of the CLI a question, and no program. */
export class StackReader {
  protected readonly engine: EngineEnvironment;

  /**
   * @param ambient the environment that its processes start from
   * @throws EnvironmentError where it lacks the backend's URL
   * @throws EngineNotFoundError where the CLI is not on PATH
   */
  constructor(protected readonly ambient: Environment) {
    this.engine = readEnvironment(ambient);
  }

  /**
   * A stack's whole state.
   *
   * @param showSecrets decrypts its secrets; the value must then not be written anywhere. Default: false.
   * @throws StackNotFoundError or EngineError
   */
  async export(request: OperationRequest, showSecrets = false): Promise<ExportedStack> {
    const exit = await this.manage(request, [
      "stack",
      "export",
      "--stack",
      this.nameOf(request),
      ...(showSecrets ? ["--show-secrets"] : []),
    ]);
    return parseExportedStack(exit.stdout);
  }

  /**
   * A stack's outputs of its last `up`, secrets in plain and flagged.
   *
   * @throws StackNotFoundError or EngineError
   */
  async outputs(request: OperationRequest): Promise<Outputs> {
    return outputsOf(await this.export(request, true));
  }

  /**
   * A stack at a glance: its outputs, secrets in plain and flagged, and how many resources it has, the stack itself and
   * its providers not counted.
   *
   * @throws StackNotFoundError or EngineError
   */
  async describe(request: OperationRequest): Promise<StackDescription> {
    const state = await this.export(request, true);
    return { outputs: outputsOf(state), resourceCount: countResources(state) };
  }

  /**
   * The last operation on a stack; undefined where there was none.
   *
   * @throws StackNotFoundError or EngineError
   */
  async lastOperation(request: OperationRequest): Promise<LastOperation | undefined> {
    const flags = ["--json", "--page-size", "1", "--page", "1"];
    const { stdout } = await this.manage(request, [
      "stack",
      "history",
      "--stack",
      this.nameOf(request),
      ...flags,
    ]);
    const [last] = history.parse(JSON.parse(stdout));
    if (last === undefined) return undefined;
    return {
      kind: last.kind,
      result: last.result,
      ...(last.endTime ? { ended: new Date(last.endTime) } : {}),
    };
  }

  /** Every stack of a project. */
  async list(project: string): Promise<StackSummary[]> {
    const request = { project, stack: "" };
    const { stdout } = await this.manage(request, ["stack", "ls", "--json", "--project", project]);
    return listedStack.parse(JSON.parse(stdout)).map(({ name, lastUpdate, resourceCount }) => ({
      project,
      stack: name.slice(name.lastIndexOf("/") + 1),
      ...(lastUpdate === undefined || lastUpdate === "" ? {} : { lastUpdate: new Date(lastUpdate) }),
      ...(resourceCount === undefined ? {} : { resourceCount }),
    }));
  }

  /** Whether a stack is in the backend. */
  async exists(ref: StackRef): Promise<boolean> {
    return (await this.list(ref.project)).some(({ stack }) => stack === ref.stack);
  }

  protected nameOf({ project, stack }: StackRef): string {
    return qualifiedName(this.ambient, project, stack);
  }

  /** Runs a command of the CLI that has no program. */
  protected async manage(request: OperationRequest, args: readonly string[]): Promise<CliExit> {
    const directory = new WorkDirectory();
    try {
      if (request.stack !== "") directory.writeProject(request.project, request.stack, 0, {});
      const exit = await runCli({
        pulumi: this.engine.pulumi,
        args: [...args, "--non-interactive", "--color=never"],
        directory: directory.project,
        environment: cliEnvironment(this.ambient, request, directory),
        captureStdout: true,
        signal: request.signal,
      });
      const failure = failureOf({
        stack: refOf(request),
        exit,
        collector: new Collector(),
        programRun: undefined,
      });
      if (failure !== undefined) throw failure;
      return exit;
    } finally {
      directory.remove();
    }
  }
}

/** The stack of a request, and nothing else of it. */
export function refOf({ project, stack }: StackRef): StackRef {
  return { project, stack };
}
