import type { z } from "@hono/zod-openapi";
import { tenantSpecSchema } from "../../tenants/spec/tenant-spec";
import { describeIssues } from "../../tenants/spec/problems";
import type { TenantSpec } from "../../tenants/spec";
import { type FieldProblem, ProblemError, type ProblemType } from "../lifecycle";

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

/** Says what zod found, field by field: each with its value and what was expected. */
function fieldProblems(error: z.ZodError, input: unknown): FieldProblem[] {
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

function refuse(type: ProblemType, where: string, fields: readonly FieldProblem[]): never {
  const [only] = fields;
  const detail =
    fields.length === 1 && only !== undefined
      ? only.message
      : `${fields.length} fields of ${where} are wrong`;
  throw new ProblemError({ type, detail, fields: fields.map(({ field, message }) => ({ field, message })) });
}

/** Refuses a request of which a part is not as its schema says. */
export function refuseInvalidRequest({ target, error, data }: Validated): undefined {
  if (error === undefined) return undefined;
  return refuse("invalid-request", TARGETS[target] ?? target, fieldProblems(error, data));
}

/** As {@link refuseInvalidRequest}, where the body is a tenant's spec. */
export function refuseInvalidSpec(result: Validated): undefined {
  if (result.error === undefined || result.target !== "json") return refuseInvalidRequest(result);
  return refuse("invalid-spec", "the spec", fieldProblems(result.error, result.data));
}

/**
 * Checks a spec that was put together here.
 *
 * @throws ProblemError `invalid-spec` with every wrong field
 */
export function checkedSpec(value: unknown): TenantSpec {
  const parsed = tenantSpecSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  return refuse("invalid-spec", "the spec", fieldProblems(parsed.error, value));
}
