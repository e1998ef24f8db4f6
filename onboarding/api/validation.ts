import type { z } from "@hono/zod-openapi";
import { fieldProblems, refuseFields } from "../requests";

/** What validation of one part of a request came to. */
interface Validated {
  readonly target: string;
  readonly success: boolean;
  readonly error?: z.ZodError;
  /** What was checked. */
  readonly data?: unknown;
}

const TARGETS: Readonly<Record<string, string>> = {
  param: "the path",
  query: "the query",
  header: "the headers",
  json: "the body",
};

/** Refuses a request of which a part is not as its schema says. */
export function refuseInvalidRequest({ target, error, data }: Validated): undefined {
  if (error === undefined) return undefined;
  return refuseFields("invalid-request", TARGETS[target] ?? target, fieldProblems(error, data));
}

/** As {@link refuseInvalidRequest}, where the body is a tenant's spec. */
export function refuseInvalidSpec(result: Validated): undefined {
  if (result.error === undefined || result.target !== "json") return refuseInvalidRequest(result);
  return refuseFields("invalid-spec", "the spec", fieldProblems(result.error, result.data));
}
