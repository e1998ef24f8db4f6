import { type Problem, ProblemError } from "../../onboarding/lifecycle";

/** What work fails with. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("it was accepted");
}

/** The problem that an error tells of. */
export function problemOf(error: unknown): Problem | undefined {
  return error instanceof ProblemError ? error.problem : undefined;
}
