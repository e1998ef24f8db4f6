import { type PlatformOutputs, parsePlatformOutputs } from "../../platform/outputs";
import { PLATFORM_PROJECT } from "../../components/rules/projects";
import { type Engine, StackNotFoundError } from "../../tenants/engine";
import { ProblemError } from "../lifecycle";

/** How long a cell's outputs are taken as they were read, milliseconds. A cell changes seldom, and reading costs a process. */
const FRESH_MS = 60_000;

/** The cells, read from their platform stacks. */
export class CellDirectory {
  private readonly known = new Map<
    string,
    { readonly read: number; readonly outputs: Promise<PlatformOutputs> }
  >();

  constructor(private readonly engine: Pick<Engine, "list" | "outputs">) {}

  /** Names of all platform stacks. */
  async names(): Promise<string[]> {
    return (await this.engine.list(PLATFORM_PROJECT)).map(({ stack }) => stack).sort();
  }

  /**
   * What a cell's stack exports; secrets are in plain among it.
   *
   * @throws ProblemError `cell-unavailable` where it has no stack or is not up
   */
  outputsOf(cell: string): Promise<PlatformOutputs> {
    const known = this.known.get(cell);
    if (known !== undefined && Date.now() - known.read < FRESH_MS) return known.outputs;
    const outputs = this.read(cell);
    this.known.set(cell, { read: Date.now(), outputs });
    outputs.catch(() => this.known.delete(cell));
    return outputs;
  }

  private async read(cell: string): Promise<PlatformOutputs> {
    const outputs = await this.exported(cell);
    try {
      return parsePlatformOutputs(outputs);
    } catch (error) {
      throw unavailable(cell, "is not up", error);
    }
  }

  /** What keeps the stack from being read, such as a full disk, is told as what it is: the cell may be fine. */
  private async exported(cell: string): Promise<Record<string, unknown>> {
    try {
      const outputs = await this.engine.outputs({ project: PLATFORM_PROJECT, stack: cell });
      return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
    } catch (error) {
      if (error instanceof StackNotFoundError) throw unavailable(cell, "has no platform stack", error);
      throw error;
    }
  }
}

function unavailable(cell: string, reason: string, cause: unknown): ProblemError {
  return new ProblemError({ type: "cell-unavailable", detail: `cell '${cell}' ${reason}` }, { cause });
}
