import { PROBLEMS, PROBLEM_BASE, type Problem } from "../../lifecycle";
import type { ProblemDocument } from "../schemas/problem";

/** Media type of problem details (RFC 9457). */
export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/**
 * A problem as it is told over HTTP.
 *
 * @param requestId the request it is the answer to, which its `instance` names; absent in an operation's own problem
 */
export function problemDocument(problem: Problem, requestId?: string): ProblemDocument {
  const { status, title } = PROBLEMS[problem.type];
  const { detail, next, fields, extensions } = problem;
  return {
    ...extensions,
    type: `${PROBLEM_BASE}${problem.type}`,
    title,
    status,
    detail,
    ...(requestId === undefined ? {} : { instance: `urn:tenantry:request:${requestId}` }),
    ...(next === undefined ? {} : { next }),
    ...(fields === undefined ? {} : { fields: fields.map(({ field, message }) => ({ field, message })) }),
  };
}
