import { HTTPException } from "hono/http-exception";
import { PROBLEMS, type Problem, ProblemError } from "../../lifecycle";
import type { ApiContext } from "../environment";
import { databaseProblem } from "./database-errors";
import { PROBLEM_MEDIA_TYPE, problemDocument } from "./document";

/** When to come back after a 503, or a 429 that does not say when there is room again, in seconds. */
const RETRY_AFTER_SECONDS = 5;

/** The answer to a request that could not be served. */
export function answerProblem(c: ApiContext, problem: Problem): Response {
  const { status } = PROBLEMS[problem.type];
  c.header("Content-Type", PROBLEM_MEDIA_TYPE);
  if (status === 401) c.header("WWW-Authenticate", challenge(problem));
  if (status === 503 || (status === 429 && !c.res.headers.has("Retry-After")))
    c.header("Retry-After", String(RETRY_AFTER_SECONDS));
  return c.body(JSON.stringify(problemDocument(problem, c.get("requestId"))), status);
}

/**
 * The problem that an error stands for. What is not foreseen is `internal`, with no word of what it was: that is in the
 * log, under the request's id.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof HTTPException && error.status === 415) {
    return {
      type: "unsupported-media-type",
      detail: "the body's Content-Type is missing or not one that is documented: expected application/json",
    };
  }
  if (error instanceof HTTPException && error.status === 400) {
    return { type: "invalid-request", detail: "the body is not JSON" };
  }
  return (
    databaseProblem(error) ?? {
      type: "internal",
      detail: "the service met an error that is not the request's fault",
      next: "send it again later; if it stays, give the request's id to whoever runs the service",
    }
  );
}

/** Source: RFC 6750, section 3. Without a token no error is named. */
function challenge({ detail }: Problem): string {
  const realm = 'Bearer realm="tenantry"';
  if (detail.startsWith("the Authorization header is missing")) return realm;
  return `${realm}, error="invalid_token", error_description="${detail.replaceAll(/["\\]/g, "'")}"`;
}
