import type { PulumiFn } from "@pulumi/pulumi/automation";
import { componentsProgram } from "./components";
import { tenantOf } from "./tenant";

/** The programs that can be brought up. */
export const PROGRAMS = ["tenant", "components"] as const;

/** Name of a program: `tenant` is the product's own, `components` has fifty resources and no provider. */
export type ProgramName = (typeof PROGRAMS)[number];

/** Whether a text names a program. */
export function isProgramName(name: string | undefined): name is ProgramName {
  return PROGRAMS.some((known) => known === name);
}

/**
 * The program of one tenant of the bench.
 *
 * @param name which program
 * @param id the tenant's id
 */
export function programOf(name: ProgramName, id: string): PulumiFn {
  return name === "tenant" ? tenantOf(id) : componentsProgram;
}
