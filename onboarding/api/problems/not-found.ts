import { ProblemError } from "../../lifecycle";

/** Something that is not there, or not there for who asks. */
export function notFound(what: "tenant" | "operation" | "webhook" | "delivery", id: string): ProblemError {
  return new ProblemError({ type: "not-found", detail: `${what} '${id}' is not there` });
}
