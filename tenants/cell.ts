import * as pulumi from "@pulumi/pulumi";
import { type Cell, UserError } from "../components";
import { PLATFORM_PROJECT } from "../components/rules/projects";
import { parsePlatformOutputs } from "../platform/outputs";

/** The cell that a tenant is placed in cannot be used. */
export class CellUnavailableError extends UserError {
  override readonly name = "CellUnavailableError";

  /**
   * @param cell name of the cell
   * @param reason what is the matter, and what to do
   */
  constructor(
    readonly cell: string,
    reason: string,
  ) {
    super(`cell '${cell}' ${reason}`);
  }
}

/**
 * Reads a cell from its platform stack.
 *
 * The engine ends a program whose StackReference names a stack that is not there, so that is asked first, by the same
 * function of the engine as an invoke.
 *
 * @throws CellUnavailableError where there is no such stack, it has nothing up, or its outputs are not a cell's
 */
export async function readCell(name: string): Promise<Cell> {
  const stack = `${pulumi.getOrganization()}/${PLATFORM_PROJECT}/${name}`;
  const remedy = `run 'pulumi up --stack ${name}' in the platform's project first`;
  try {
    await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: stack });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!reason.includes("unknown stack")) throw error;
    throw new CellUnavailableError(name, `does not exist: there is no stack '${stack}'; ${remedy}`);
  }
  const reference = new pulumi.StackReference("cell", { name: stack });
  const outputs = await plain(reference.outputs);
  if (Object.keys(outputs).length === 0) throw new CellUnavailableError(name, `is not up: ${remedy}`);
  try {
    return parsePlatformOutputs(outputs);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CellUnavailableError(name, `cannot be read: ${reason}`);
  }
}

/** A reference's outputs are always known; what was secret among them is made secret again where it is used. */
function plain(outputs: pulumi.Output<Record<string, unknown>>): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    outputs.apply(resolve);
  });
}
