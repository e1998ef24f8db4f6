import type { core } from "zod";

/** A tenant spec, a release file or the directory of specs that cannot be used; every problem at once. */
export class TenantSpecError extends Error {
  override readonly name = "TenantSpecError";

  /**
   * @param source file or directory that was read
   * @param problems one sentence a problem: field, value, what was expected
   */
  constructor(
    readonly source: string,
    readonly problems: readonly string[],
  ) {
    super(
      problems.length === 1
        ? `${source}: ${problems[0]}`
        : `${source}: ${problems.length} problems\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
  }
}

/** No spec has the id that was asked for. */
export class UnknownTenantError extends Error {
  override readonly name = "UnknownTenantError";

  /**
   * @param tenantId id that was asked for
   * @param source directory that was searched
   * @param known ids that are there
   */
  constructor(
    readonly tenantId: string,
    readonly source: string,
    readonly known: readonly string[],
  ) {
    super(
      `tenant '${tenantId}' has no spec in ${source}: expected one of ${known.length > 0 ? known.join(", ") : "(no tenant is there)"}`,
    );
  }
}

/**
 * Turns zod's issues into sentences that name field, value and what was expected.
 *
 * @param issues what zod found
 * @param input the value that was parsed
 */
export function describeIssues(issues: readonly core.$ZodIssue[], input: unknown): string[] {
  return issues.flatMap((issue) => {
    const field = issue.path.length > 0 ? issue.path.map(String).join(".") : "the document";
    const value = valueAt(input, issue.path);
    switch (issue.code) {
      case "custom":
        return [issue.message];
      case "unrecognized_keys":
        return issue.keys.map((key) => `${[...issue.path, key].map(String).join(".")} is not a known field`);
      case "invalid_type":
        return value === undefined
          ? [`${field} is missing: expected ${article(issue.expected)}`]
          : [`${field} is ${show(value)}: expected ${article(issue.expected)}`];
      case "invalid_value": {
        const expected = `expected ${issue.values.map(show).join(", ")}`;
        return [
          value === undefined
            ? `${field} is missing: ${expected}`
            : `${field} is ${show(value)}: ${expected}`,
        ];
      }
      case "invalid_format":
        return [
          `${field} is ${show(value)}: expected ${issue.format === "email" ? "an e-mail address" : issue.message}`,
        ];
      case "too_small":
        return [`${field} is ${show(value)}: expected at least ${count(issue.minimum, issue.origin)}`];
      case "too_big":
        return [`${field} is ${show(value)}: expected at most ${count(issue.maximum, issue.origin)}`];
      default:
        return [`${field} is ${show(value)}: ${issue.message}`];
    }
  });
}

function count(limit: number | bigint, origin: string): string {
  if (origin === "string") return limit === 1 ? "1 character" : `${limit} characters`;
  return String(limit);
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

function show(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : JSON.stringify(value);
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null) return undefined;
    const found: unknown = Reflect.get(value, key);
    return found;
  }, input);
}
