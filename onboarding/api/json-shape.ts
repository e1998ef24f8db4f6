import type { FieldProblem } from "../lifecycle";

/** PostgreSQL stores no NUL character, and a half of a surrogate pair is no character at all. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/**
 * What no JSON value that comes in may have: objects and lists too deep in each other, characters that cannot be stored,
 * and the member that would change an object's prototype. Undefined where it has none of it.
 *
 * @param maxDepth how deep objects and lists may be in each other; a list of numbers is 1 deep
 */
export function jsonProblem(
  value: unknown,
  maxDepth: number,
  path: readonly string[] = [],
): FieldProblem | undefined {
  const field = path.join(".");
  const named = field === "" ? "the body" : field;
  if (typeof value === "string") {
    if (!UNSTORABLE.test(value)) return undefined;
    return {
      field,
      message: `${named} has a NUL character or half a surrogate pair: expected whole Unicode text`,
    };
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (path.length >= maxDepth) {
    return { field, message: `${named} is more than ${maxDepth} levels deep: expected at most ${maxDepth}` };
  }
  for (const [name, member] of Object.entries(value)) {
    if (name === "__proto__" || UNSTORABLE.test(name)) {
      return { field, message: `${named} has a member with a name that is not allowed` };
    }
    const problem = jsonProblem(member, maxDepth, [...path, name]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
