import type { z } from "zod";
import { describeIssues } from "../../tenants/spec/problems";
import { type FieldProblem, ProblemError, type ProblemType } from "../lifecycle";

/** Says what zod found, field by field: each with its value and what was expected. */
export function fieldProblems(error: z.ZodError, input: unknown): FieldProblem[] {
  return error.issues.flatMap((issue) => {
    const messages = describeIssues([issue], input);
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key, index) => ({
        field: [...path, key].join("."),
        message: messages[index] ?? `${key} is not a known field`,
      }));
    }
    return messages.map((message) => ({ field: path.join("."), message }));
  });
}

/**
 * Refuses what has wrong fields.
 *
 * @param where what they are fields of, in words
 */
export function refuseFields(type: ProblemType, where: string, fields: readonly FieldProblem[]): never {
  const [only] = fields;
  const detail =
    fields.length === 1 && only !== undefined
      ? only.message
      : `${fields.length} fields of ${where} are wrong`;
  throw new ProblemError({ type, detail, fields: fields.map(({ field, message }) => ({ field, message })) });
}

/** A problem about one field of a request. */
export function fieldProblem(type: ProblemType, field: string, message: string): ProblemError {
  return new ProblemError({ type, detail: message, fields: [{ field, message }] });
}
